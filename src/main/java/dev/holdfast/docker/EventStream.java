package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.docker.EngineClient.StreamRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's events of Compose containers, those alone that can mean that one is not as it should
 * be: the engine filters, so that the exec of each healthcheck and the containers of others cost
 * nothing here. What starts or is made is left out: it is the agent's own doing, or an interval
 * soon enough.
 */
final class EventStream {
  private static final int LONGEST_LINE = 64 * 1024;
  private static final String PROJECT = "com.docker.compose.project";
  private static final List<String> ACTIONS =
      List.of("die", "destroy", "health_status", "pause", "unpause", "rename", "update");

  private final EngineClient engine;

  EventStream(EngineClient engine) {
    this.engine = engine;
  }

  /**
   * Hands events over, on a thread of its own, until the engine ends the stream or the time is
   * over.
   *
   * @param after only what happened later than these nanoseconds since 1970; 0: from now on
   */
  void follow(long after, Duration limit, Runnable begun, Consumer<ContainerEvent> to) {
    String since =
        after == 0
            ? ""
            : "&since=" + after / 1_000_000_000L + "." + "%09d".formatted(after % 1_000_000_000L);
    String filters = Paths.encode(filters());
    StreamRequest request = StreamRequest.get("/events?filters=" + filters + since);
    try (Calls.Call<Boolean> call =
        engine.stream(
            "follow the engine's events",
            request,
            body -> {
              begun.run();
              return read(body, after, to);
            })) {
      if (call.awaitDone(limit)) {
        call.await(Duration.ZERO);
      }
    }
  }

  private static String filters() {
    ObjectNode filters = JsonNodeFactory.instance.objectNode();
    filters.set("type", CreateMapper.strings(List.of("container")));
    filters.set("label", CreateMapper.strings(List.of(PROJECT)));
    filters.set("event", CreateMapper.strings(ACTIONS));
    return filters.toString();
  }

  private static boolean read(InputStream body, long after, Consumer<ContainerEvent> to)
      throws IOException {
    InputStream in = new BufferedInputStream(body);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c != '\n') {
        // A line that is too long is nobody's event; its end is waited for.
        if (line.size() < LONGEST_LINE) {
          line.write(c);
        }
      } else {
        ContainerEvent event = event(line.toByteArray());
        if (event != null && event.nanos() > after) {
          to.accept(event);
        }
        line.reset();
      }
    }
    return true;
  }

  static @Nullable ContainerEvent event(byte[] line) {
    try {
      JsonNode event = Json.mapper().readTree(line);
      JsonNode labels = event.path("Actor").path("Attributes");
      String project = labels.path(PROJECT).asText();
      boolean oneOff = labels.path("com.docker.compose.oneoff").asText().equals("True");
      String action = event.path("Action").asText();
      return project.isEmpty() || oneOff || !isWanted(action)
          ? null
          : new ContainerEvent(project, action, event.path("timeNano").asLong());
    } catch (IOException e) {
      // Not JSON: a hint that cannot be read is none.
      return null;
    }
  }

  /** What a proxy before the engine makes of the filter is not known. */
  private static boolean isWanted(String action) {
    return ACTIONS.stream().anyMatch(a -> action.equals(a) || action.startsWith(a + ":"));
  }
}
