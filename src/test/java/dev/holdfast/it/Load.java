package dev.holdfast.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A client in a process of its own that asks 200 times a second, whatever the answers do. */
final class Load {
  static final int RATE = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;

  private Load(String name) {
    this.name = name;
  }

  static Load on(String url, String method) {
    Load load = new Load("l" + World.next());
    World.get().scripts().run("load.sh", "start", load.name, url, Integer.toString(RATE), method);
    return load;
  }

  /** Runs a switch; the latencies of its time are reported by themselves. */
  void during(Runnable change) {
    long begin = System.currentTimeMillis();
    try {
      change.run();
    } finally {
      String end = Long.toString(System.currentTimeMillis());
      World.get().scripts().run("load.sh", "mark", name, Long.toString(begin), end);
    }
  }

  Result stop() {
    try {
      return new Result(JSON.readTree(World.get().scripts().run("load.sh", "stop", name)));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  record Result(JsonNode json) {
    long sent() {
      return json.path("sent").asLong();
    }

    long failed() {
      return json.path("failed").asLong();
    }

    int versions() {
      return json.path("versions").size();
    }

    String row(String what) {
      JsonNode all = json.path("all");
      JsonNode switching = json.path("switching");
      return String.format(
          "%-34s %8d %7d %9d %6d %6d %6d %8d  %s",
          what,
          sent(),
          failed(),
          versions(),
          all.path("p50").asLong(),
          all.path("p99").asLong(),
          switching.path("p99").asLong(),
          switching.path("max").asLong(),
          failed() == 0 ? "" : json.path("kinds").toString());
    }

    static String head() {
      return String.format(
          "%-34s %8s %7s %9s %6s %6s %6s %8s  %s",
          "",
          "requests",
          "failed",
          "versions",
          "p50",
          "p99",
          "p99 sw",
          "max sw",
          "ms; sw: while switching");
    }
  }
}
