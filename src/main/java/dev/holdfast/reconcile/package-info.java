/**
 * Runs the ten hops: when to look at an app, the look, the plan, its execution and what came of it.
 * It owns attempts and their order, and must not know how an engine, a registry, a source or a disk
 * is talked to.
 */
@NullMarked
package dev.holdfast.reconcile;

import org.jspecify.annotations.NullMarked;
