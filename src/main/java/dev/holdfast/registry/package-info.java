/**
 * The port to OCI registries and its adapter: which digest a tag stands for, which tags there are,
 * with which credentials. It must not know why somebody asks.
 */
@NullMarked
package dev.holdfast.registry;

import org.jspecify.annotations.NullMarked;
