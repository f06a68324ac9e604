/**
 * What is saved of an app's data: the port to where it lies, what is noted of each backup, and
 * which of them are kept.
 */
@NullMarked
package dev.holdfast.backup;

import org.jspecify.annotations.NullMarked;
