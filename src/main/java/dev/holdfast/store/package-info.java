/**
 * The port to what is durable, and its adapter over plain files that a power cut leaves old or new.
 * It must not know what the records mean for the next step.
 */
@NullMarked
package dev.holdfast.store;

import org.jspecify.annotations.NullMarked;
