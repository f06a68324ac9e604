/**
 * Kills the agent at every place of a deployment and looks at what the next start makes of it. It
 * owns the places and the looking, and must not know how the agent works inside: it sees files,
 * containers and HTTP answers.
 */
@NullMarked
package dev.holdfast.it.crash;

import org.jspecify.annotations.NullMarked;
