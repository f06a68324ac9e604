/**
 * Real parts for the integration tests, by the scripts of the test world. It knows no part of
 * Holdfast.
 */
@org.jspecify.annotations.NullMarked
package dev.holdfast.it;
