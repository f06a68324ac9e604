/**
 * What makes the agent look before its time: changed files and events of the engine. Each is a hint
 * and no more: it must not know what a look finds, and whoever misses one looks an interval later.
 */
@NullMarked
package dev.holdfast.wake;

import org.jspecify.annotations.NullMarked;
