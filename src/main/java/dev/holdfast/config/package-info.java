/**
 * agent.yaml: what belongs to the server, read once into values that cannot be wrong, or into
 * problems with their places. It must not know what any other part does with a setting.
 */
@NullMarked
package dev.holdfast.config;

import org.jspecify.annotations.NullMarked;
