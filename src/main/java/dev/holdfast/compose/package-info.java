/**
 * Text to model: Compose files, {@code x-holdfast} and versions.yaml become a desired state, or
 * problems with file, line and column. It must not know where the bytes come from, what runs now,
 * or how any of it is carried out.
 */
@NullMarked
package dev.holdfast.compose;

import org.jspecify.annotations.NullMarked;
