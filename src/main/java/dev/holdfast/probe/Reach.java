package dev.holdfast.probe;

import dev.holdfast.probe.Prober.Sample;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * Whether packets reach an address and come back. A port on which hardly anything listens is tried:
 * one that a program holds may be silent because the program is, but to a closed one the kernel at
 * the other end answers by itself.
 */
final class Reach {
  private static final int CLOSED_PORT = 1;

  private Reach() {}

  static Sample of(String address, Duration timeout) {
    return Deadline.within(
        timeout,
        "address " + address,
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, CLOSED_PORT));
            return new Sample.Passed(address + " is reached");
          } catch (ConnectException e) {
            if (String.valueOf(e.getMessage()).contains("refused")) {
              return new Sample.Passed(address + " is reached");
            }
            throw e;
          }
        });
  }
}
