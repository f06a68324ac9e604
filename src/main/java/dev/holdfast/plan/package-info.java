/**
 * Decides what is next for an app and in which steps, from values to values. It must not know a
 * clock, a disk or an engine.
 */
@NullMarked
package dev.holdfast.plan;

import org.jspecify.annotations.NullMarked;
