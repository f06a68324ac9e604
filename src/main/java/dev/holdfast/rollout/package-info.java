/**
 * Turns samples over time into a decision about a service's health. It must not know who takes the
 * samples or what a decision leads to.
 */
@NullMarked
package dev.holdfast.rollout;

import org.jspecify.annotations.NullMarked;
