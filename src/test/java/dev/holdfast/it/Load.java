package dev.holdfast.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** A client in a process of its own that asks so many times a second, whatever the answers do. */
final class Load {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;

  private Load(String name) {
    this.name = name;
  }

  /**
   * @param rate a second
   * @param methods separated by commas, each in turn
   */
  record Asks(int rate, String methods) {
    /** As often as the promise names, every fourth time with a body that nobody may send twice. */
    static final Asks OFTEN = new Asks(200, "GET,GET,GET,POST");
  }

  static Load on(String url, Asks asks) {
    Load load = new Load("l" + World.next());
    World.get()
        .scripts()
        .run("load.sh", "start", load.name, url, Integer.toString(asks.rate()), asks.methods());
    return load;
  }

  /** From when to when something was switched. */
  void mark(long begin, long end) {
    World.get().scripts().run("load.sh", "mark", name, Long.toString(begin), Long.toString(end));
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

    List<String> versions() {
      List<String> names = new ArrayList<>();
      json.path("versions").fieldNames().forEachRemaining(names::add);
      return names;
    }

    /** For each switch, how long nobody got an answer. */
    List<Long> gaps() {
      List<Long> gaps = new ArrayList<>();
      json.path("gaps").forEach(gap -> gaps.add(gap.asLong()));
      return gaps;
    }

    String row(String what, List<Long> measured) {
      JsonNode all = json.path("all");
      JsonNode switching = json.path("switching");
      return String.format(
          "%-36s %8d %7d %8d %6d %6d %6d %7d %8s %8s %s",
          what,
          sent(),
          failed(),
          gaps().size(),
          all.path("p50").asLong(),
          all.path("p99").asLong(),
          switching.path("p99").asLong(),
          switching.path("max").asLong(),
          longest(gaps()),
          longest(measured),
          failed() == 0 ? "" : json.path("kinds").toString());
    }

    private static String longest(List<Long> gaps) {
      return gaps.isEmpty()
          ? "-"
          : Long.toString(gaps.stream().mapToLong(Long::longValue).max().getAsLong());
    }

    static String head() {
      return String.format(
          "%-36s %8s %7s %8s %6s %6s %6s %7s %8s %8s %s",
          "",
          "requests",
          "failed",
          "switches",
          "p50",
          "p99",
          "p99 sw",
          "max sw",
          "gap",
          "agent's",
          "(ms; sw: while switching; gap: the longest)");
    }
  }
}
