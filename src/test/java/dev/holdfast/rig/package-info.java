/**
 * What tests put between the parts: proxies that break on purpose. It knows wire formats and must
 * not know what is tested through it.
 */
@NullMarked
package dev.holdfast.rig;

import org.jspecify.annotations.NullMarked;
