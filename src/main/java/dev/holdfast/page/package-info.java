/**
 * What people see in a browser: pages made on the server, in words that are fit for one. It must
 * not know how an app is looked at or rolled out, only what {@code reconcile.Apps} answers; nothing
 * that it is told becomes markup.
 */
@NullMarked
package dev.holdfast.page;

import org.jspecify.annotations.NullMarked;
