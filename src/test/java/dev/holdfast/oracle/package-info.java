/**
 * What docker-compose 1.29 makes of a Compose file on a real engine against what Holdfast makes of
 * it. It knows the product by its outermost doors alone.
 */
@org.jspecify.annotations.NullMarked
package dev.holdfast.oracle;
