package dev.holdfast.it.crash;

import dev.holdfast.rig.SocketFault;
import java.time.Duration;

/** What happens to one call on its way to the engine. */
enum CallFault {
  /** Nobody answers, and the engine never hears of it. */
  HANG {
    @Override
    SocketFault of(CrashWorld world) {
      return new SocketFault.Hang();
    }
  },
  /** The engine's socket refuses everybody for a while, this call first. */
  REFUSE {
    @Override
    SocketFault of(CrashWorld world) {
      return new SocketFault.Withhold(
          () -> {
            world.proxy.refuse();
            Thread.ofVirtual().start(() -> backAfter(world));
          });
    }
  },
  /** 500, and the engine never hears of it. */
  ERROR {
    @Override
    SocketFault of(CrashWorld world) {
      return new SocketFault.AnswerInstead(500, "{\"message\":\"scripted\"}");
    }
  },
  /** The engine does it; the connection is cut in place of the answer. */
  LOST_ANSWER {
    @Override
    SocketFault of(CrashWorld world) {
      return new SocketFault.DropAnswer();
    }
  },
  /** The engine does it; the answer's stream ends within its head. */
  HALF_CLOSE {
    @Override
    SocketFault of(CrashWorld world) {
      return new SocketFault.HalfCloseAfterBytes(20);
    }
  },
  /** The engine does it; the answer comes byte by byte. */
  DRIP {
    @Override
    SocketFault of(CrashWorld world) {
      return new SocketFault.Drip(Duration.ofMillis(15));
    }
  };

  private static final long REFUSED_MILLIS = 1_500;

  abstract SocketFault of(CrashWorld world);

  private static void backAfter(CrashWorld world) {
    Waiting.pause(REFUSED_MILLIS);
    world.proxy.listen();
  }
}
