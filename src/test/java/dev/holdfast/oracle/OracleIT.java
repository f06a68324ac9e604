package dev.holdfast.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.it.World;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holdfast against docker-compose 1.29: every case of {@code src/test/resources/oracle} is created
 * by both, and every field that the engine then shows is the same or differs in a way that the
 * table {@code allowed.yaml} gives a reason for.
 */
@ExtendWith(World.Started.class)
class OracleIT {
  private static final Path ROOT = Path.of("src/test/resources/oracle");
  private static final int AT_ONCE = 3;
  private static final int GROUPS = 43;
  private static final int RULES = 30;

  private static final Map<String, Future<List<String>>> RUNNING = new TreeMap<>();
  private static final Allowed ALLOWED = Allowed.read(ROOT.resolve("allowed.yaml"));
  private static OracleWorld world;
  private static ExecutorService workers;

  static List<OracleCase> cases() {
    String only = System.getProperty("oracle.case", "");
    return OracleCase.all(ROOT).stream()
        .filter(one -> one.name().matches("(" + only + ").*"))
        .toList();
  }

  @BeforeAll
  static void run() {
    world = new OracleWorld(cases());
    workers = Executors.newFixedThreadPool(AT_ONCE);
    for (OracleCase one : cases()) {
      RUNNING.put(one.name(), workers.submit(() -> new Comparison(world, ALLOWED, one).faults()));
    }
  }

  @AfterAll
  static void close() {
    workers.close();
    world.close();
  }

  @Test
  void theOracleIsVersion129() {
    assertThat(world.v1().version())
        .as("Debian 12's and Ubuntu 24.04's package docker-compose; later ones are another program")
        .startsWith("1.29.");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothMakeTheSame(OracleCase one) throws Exception {
    List<String> faults = Objects.requireNonNull(RUNNING.get(one.name())).get();
    assertThat(String.join("\n", faults)).as(one.name()).isEmpty();
  }

  @Test
  void everyAllowedDifferenceOccurs() throws Exception {
    for (Future<List<String>> one : RUNNING.values()) {
      one.get();
    }
    assertThat(String.join("\n", ALLOWED.neverMet())).isEmpty();
  }

  @Test
  void everyGroupAndEveryRuleOfTheSurveyHasItsCases() {
    Set<String> covered = new TreeSet<>();
    cases().forEach(one -> covered.addAll(one.list("covers")));
    List<String> all =
        Stream.concat(
                IntStream.rangeClosed(1, GROUPS).mapToObj(i -> "g" + i),
                IntStream.rangeClosed(1, RULES).mapToObj(i -> "r" + i))
            .toList();
    assertThat(covered).containsExactlyInAnyOrderElementsOf(all);
    assertThat(cases()).hasSizeGreaterThanOrEqualTo(120);
  }
}
