/**
 * Tells people and CI what became of an app: what is worth a message, the messages on their way,
 * and a channel for each kind of receiver. It must not know how an app is looked at or rolled out,
 * only that a deployment began or ended and which troubles a look met.
 */
@NullMarked
package dev.holdfast.notify;

import org.jspecify.annotations.NullMarked;
