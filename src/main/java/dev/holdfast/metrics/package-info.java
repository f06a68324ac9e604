/**
 * What Prometheus sees: every metric's name, labels and help, and when a series ends. It must not
 * know why something happened, only the signals that say it did.
 */
@NullMarked
package dev.holdfast.metrics;

import org.jspecify.annotations.NullMarked;
