/**
 * The nouns: image references, digests, service specifications, releases, desired and observed
 * state, memory. It owns their validity (a value that exists is a valid one) and must not know
 * where any of them is read from or written to.
 */
@NullMarked
package dev.holdfast.model;

import org.jspecify.annotations.NullMarked;
