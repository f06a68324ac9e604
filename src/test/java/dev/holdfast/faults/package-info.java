/** The document of faults: what each test stages and what comes of it. Knows no test by name. */
@NullMarked
package dev.holdfast.faults;

import org.jspecify.annotations.NullMarked;
