package dev.holdfast.rig;

import java.time.Duration;

/**
 * What a {@link SocketFaultProxy} does with a request instead of passing it on and its answer back.
 */
public sealed interface SocketFault {
  /** Never answers, and the engine never hears of it. */
  record Hang() implements SocketFault {}

  /** The engine does it; the connection is cut in place of the answer. */
  record DropAnswer() implements SocketFault {}

  /** The engine does it, and the answer says that it did not. */
  record AnswerAfter(int status, String body) implements SocketFault {}

  /** The engine never hears of it. */
  record AnswerInstead(int status, String body) implements SocketFault {}

  /** The first bytes of the answer come, then nothing more on an open connection. */
  record HangAfterBytes(int bytes) implements SocketFault {}

  /** The first bytes of the answer come, then the connection is cut. */
  record CutAfterBytes(int bytes) implements SocketFault {}

  /**
   * The first bytes of the answer come, then the end of the stream; what the client still sends is
   * read on.
   */
  record HalfCloseAfterBytes(int bytes) implements SocketFault {}

  /** The answer comes byte by byte. */
  record Drip(Duration each) implements SocketFault {}

  /** Runs before the request is passed on. */
  record Before(Runnable action) implements SocketFault {}

  /** Runs, and the engine never hears of the request: the connection is cut after it. */
  record Withhold(Runnable action) implements SocketFault {}

  /** Runs once the engine has answered, before any of the answer is passed back. */
  record After(Runnable action) implements SocketFault {}
}
