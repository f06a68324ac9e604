/**
 * The port to the container engine, and its adapter over docker-java's transport, whose types live
 * here only. It must not know what a deployment is: it does one thing at a time and says what came
 * of it.
 */
@NullMarked
package dev.holdfast.docker;

import org.jspecify.annotations.NullMarked;
