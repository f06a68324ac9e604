/**
 * Puts the agent together from agent.yaml: which adapter serves which port, and again when the file
 * changes. It must not know how any of them works.
 */
@NullMarked
package dev.holdfast.agent;

import org.jspecify.annotations.NullMarked;
