package dev.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.DomainDatagramSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd hears, over a real datagram socket. */
class ServiceManagerTest {
  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong();
  private Socket systemd;

  @AfterEach
  void close() throws IOException {
    if (systemd != null) {
      systemd.close();
    }
  }

  private ServiceManager manager(String address, Map<String, String> more) throws IOException {
    io.netty.channel.epoll.Epoll.ensureAvailability();
    systemd = Socket.newSocketDomainDgram();
    systemd.bind(new io.netty.channel.unix.DomainSocketAddress(address.replace('@', '\0')));
    Map<String, String> environment = new java.util.TreeMap<>(more);
    environment.put("NOTIFY_SOCKET", address);
    return ServiceManager.of(environment, nanos::get);
  }

  private List<String> heard() throws IOException {
    List<String> all = new ArrayList<>();
    while (true) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(4096);
      DomainDatagramSocketAddress from = systemd.recvFromDomainSocket(bytes, 0, bytes.capacity());
      if (from == null) {
        return all;
      }
      byte[] text = new byte[from.receivedAmount()];
      bytes.get(text);
      all.add(new String(text, StandardCharsets.UTF_8));
    }
  }

  @Test
  void tellsThatItIsReadyHowItIsAndThatItStops() throws IOException {
    try (ServiceManager manager = manager(folder.resolve("n").toString(), Map.of())) {
      manager.ready();
      manager.status("2 apps: 2 Synced");
      manager.stopping("stopping");
    }
    assertThat(heard())
        .containsExactly("READY=1", "STATUS=2 apps: 2 Synced", "STOPPING=1\nSTATUS=stopping");
  }

  @Test
  void reachesASocketInTheKernelsOwnSpaceOfNames() throws IOException {
    String name = "@holdfast-test-" + System.nanoTime();
    try (ServiceManager manager = manager(name, Map.of())) {
      manager.ready();
    }
    assertThat(heard()).containsExactly("READY=1");
  }

  @Test
  void saysAStatusOnceAndNeverMoreThanALine() throws IOException {
    try (ServiceManager manager = manager(folder.resolve("n").toString(), Map.of())) {
      manager.status("broken\nWATCHDOG=1");
      manager.status("broken\nWATCHDOG=1");
      manager.status("x".repeat(5000));
    }
    assertThat(heard()).containsExactly("STATUS=broken WATCHDOG=1", "STATUS=" + "x".repeat(300));
  }

  @Test
  void feedsTheWatchdogFourTimesInItsPatienceAndNoMoreOften() throws IOException {
    Map<String, String> patience = Map.of("WATCHDOG_USEC", "8000000");
    try (ServiceManager manager = manager(folder.resolve("n").toString(), patience)) {
      for (int second = 0; second < 8; second++) {
        manager.alive();
        nanos.addAndGet(1_000_000_000L);
      }
    }
    assertThat(heard()).containsExactly("WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1");
  }

  @Test
  void feedsNoWatchdogOfAnotherProcess() throws IOException {
    Map<String, String> others = Map.of("WATCHDOG_USEC", "8000000", "WATCHDOG_PID", "1");
    try (ServiceManager manager = manager(folder.resolve("n").toString(), others)) {
      manager.alive();
    }
    assertThat(heard()).isEmpty();
  }

  @Test
  void doesNothingWhereNobodyListensAndGoesOnWhereNobodyAnswers() {
    try (ServiceManager nobody = ServiceManager.of(Map.of(), nanos::get)) {
      assertThat(nobody.listens()).isFalse();
      nobody.ready();
    }
    String gone = folder.resolve("gone").toString();
    try (ServiceManager lost = ServiceManager.of(Map.of("NOTIFY_SOCKET", gone), nanos::get)) {
      lost.ready();
      lost.status("still here");
    }
  }
}
