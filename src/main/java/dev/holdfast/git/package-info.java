/**
 * The port to where an app's definition comes from, and its adapters for a git ref and for a
 * directory. It must not know what the files say.
 */
@NullMarked
package dev.holdfast.git;

import org.jspecify.annotations.NullMarked;
