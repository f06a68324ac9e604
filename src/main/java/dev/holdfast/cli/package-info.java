/**
 * The command line: finding the agent's socket, asking it, and showing people and shells what it
 * said; and the start of the agent itself. It must not know Docker, git or registries: what a
 * command needs of them it asks the agent.
 */
@NullMarked
package dev.holdfast.cli;

import org.jspecify.annotations.NullMarked;
