/**
 * The port to the agent's own probes, and its adapter over sockets and the engine's exec. It takes
 * one sample at a time and must not know what a sample leads to.
 */
@NullMarked
package dev.holdfast.probe;

import org.jspecify.annotations.NullMarked;
