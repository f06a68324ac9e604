/**
 * What records say to those who were not there: a summary in Markdown, and figures of delivery. It
 * owns their wording and definitions, and must not know where records come from or who reads it.
 */
@NullMarked
package dev.holdfast.report;

import org.jspecify.annotations.NullMarked;
