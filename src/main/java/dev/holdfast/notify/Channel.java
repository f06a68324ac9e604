package dev.holdfast.notify;

/** A way to a receiver. It ends in bounded time, whatever the receiver does, and never throws. */
@FunctionalInterface
interface Channel {
  Outcome send(Message message);
}
