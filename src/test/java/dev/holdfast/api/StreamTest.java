package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.store.Store.LogLine;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes on after the first answer: a log that is followed, and events. */
@QuarkusTest
@TestProfile(TestAgent.class)
class StreamTest {
  @Inject FakeApps apps;
  @Inject Events events;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void aDeploymentInProgress() {
    apps.clear();
    apps.put(Views.synced("shop"));
    apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.IN_PROGRESS, Views.NOON));
  }

  @Test
  void aFollowedLogShowsEachLineWhenItComesAndEndsWithTheDeployment() throws IOException {
    log("first");
    try (Stream stream =
        new Stream("/api/v1/deployments/" + Views.DEPLOYMENT + "/logs?follow=true")) {
      stream.until("first");
      log("second");
      stream.until("second");
      log("last");
      apps.output(Views.DEPLOYMENT, "migrate-api.log", "migrated\n");
      apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.SUCCEEDED, Views.NOON));
      assertThat(String.join("\n", stream.rest()))
          .containsSubsequence("last", "migrate-api.log", "migrated");
    }
  }

  @Test
  void eventsBeginWithWhatIsThereAndGoOnWithEachChange() throws IOException {
    try (Stream stream = new Stream("/api/v1/events")) {
      stream.until("event:app");
      assertThat(stream.until("data:"))
          .contains("\"app\":\"shop\"")
          .contains("\"phase\":\"Synced\"");
      await().atMost(Duration.ofSeconds(10)).until(() -> events.listeners() == 1);
      events.changed(Views.phase(Phase.Degraded, "no such image").apply(Views.synced("shop")));
      stream.until("event:app");
      assertThat(stream.until("data:"))
          .contains("\"phase\":\"Degraded\"")
          .contains("no such image");
      events.changed(Views.deployment("shop", Views.DEPLOYMENT, Status.SUCCEEDED, Views.NOON));
      stream.until("event:deployment");
      assertThat(stream.until("data:")).contains("\"deployment_id\":\"" + Views.DEPLOYMENT + "\"");
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> events.listeners() == 0);
  }

  @Test
  void aListenerThatDoesNotReadIsLetGoAndHoldsUpNobody() throws IOException {
    try (Stream stream = new Stream("/api/v1/events")) {
      stream.until("event:app");
      await().atMost(Duration.ofSeconds(10)).until(() -> events.listeners() == 1);
      // More than the queue and both sockets' buffers hold; it must come to an end though nobody
      // reads.
      var large = Views.phase(Phase.Degraded, "x".repeat(50_000)).apply(Views.synced("shop"));
      await()
          .atMost(Duration.ofSeconds(30))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                for (int i = 0; i < 50; i++) {
                  events.changed(large);
                }
                return events.listeners() == 0;
              });
    }
  }

  private void log(String message) {
    apps.log(Views.DEPLOYMENT, new LogLine(Views.NOON, "INFO", "update", "api", message));
  }

  private final class Stream implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;

    Stream(String path) throws IOException {
      socket = new Socket("127.0.0.1", address.getPort());
      socket.setSoTimeout(15_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    String until(String text) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(text)) {
          return line;
        }
      }
      throw new AssertionError("the stream ended before " + text);
    }

    List<String> rest() throws IOException {
      List<String> rest = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rest.add(line);
      }
      return rest;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
