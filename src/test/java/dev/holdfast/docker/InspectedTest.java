package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.model.Checkup;
import dev.holdfast.model.Vitals;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What engines leave out of an inspect, or give as null, is never taken for the word null. */
class InspectedTest {
  private static final String NULLS =
      """
      {"Id":null,"Name":null,"State":{"Running":null,"Paused":null,"ExitCode":null,"Health":null,
       "StartedAt":null,"FinishedAt":"0001-01-01T00:00:00Z"},
       "Config":{"Labels":null,"Hostname":null,"Tty":null,"Healthcheck":null},
       "NetworkSettings":{"Networks":null}}
      """;

  @Test
  void whatIsNullIsNotThere() throws IOException {
    for (String text : List.of(NULLS, "{}", "{\"State\":null,\"Config\":null}")) {
      Inspected inspected = new Inspected(json(text));
      assertThat(inspected.id()).isEmpty();
      assertThat(inspected.name()).isEmpty();
      assertThat(inspected.hostname()).isEmpty();
      assertThat(inspected.labels()).isEmpty();
      assertThat(inspected.networks()).isEmpty();
      assertThat(inspected.exitStatus()).isNull();
      assertThat(inspected.active()).isFalse();
      assertThat(inspected.paused()).isFalse();
      assertThat(inspected.terminal()).isFalse();
      assertThat(VitalsMapper.map(inspected)).isEqualTo(new Vitals(null, null, null));
    }
  }

  @Test
  void anImageMayTellNothing() throws IOException {
    String nulls =
        """
        {"Id":"sha256:1","Architecture":null,"RepoDigests":null,"RootFS":{"Layers":null},
         "Config":{"Entrypoint":null,"Volumes":null,"Labels":null}}
        """;
    for (String text : List.of(nulls, "{\"Id\":\"sha256:1\",\"Config\":null}")) {
      InspectedImage image = new InspectedImage(json(text));
      assertThat(image.architecture()).isEmpty();
      assertThat(image.digests()).isEmpty();
      assertThat(image.layers()).isEmpty();
      assertThat(image.defaults())
          .isEqualTo(new CreateMapper.ImageDefaults("sha256:1", List.of(), List.of(), List.of()));
    }
  }

  @Test
  void aHealthcheckHasTheEnginesDefaultsForWhatIsZero() throws IOException {
    String text =
        """
        {"State":{"StartedAt":"2026-11-20T12:00:00Z","FinishedAt":"0001-01-01T00:00:00Z","Health":
          {"Log":[{"End":"2026-11-20T12:00:05Z","ExitCode":1,"Output":"no"},
                  {"End":"never","ExitCode":0},{"End":"2026-11-20T12:00:06Z"}]}},
         "Config":{"Healthcheck":%s}}
        """;
    Instant first = Instant.parse("2026-11-20T12:00:05Z");
    List<Checkup.Run> runs =
        List.of(new Checkup.Run(first, 1, "no"), new Checkup.Run(first.plusSeconds(1), -1, ""));
    Duration usual = Duration.ofSeconds(30);
    assertThat(checkup(text.formatted("{\"Test\":[\"CMD-SHELL\",\"a b\"],\"Retries\":0}")))
        .isEqualTo(
            new Checkup(List.of("/bin/sh", "-c", "a b"), usual, usual, Duration.ZERO, 3, runs));
    assertThat(checkup(text.formatted("null")))
        .isEqualTo(new Checkup(List.of(), usual, usual, Duration.ZERO, 3, runs));
    String all =
        """
        {"Test":["CMD","a","b"],"Interval":2000000000,"Timeout":3000000000,"StartPeriod":4000000000,
         "Retries":5}
        """;
    assertThat(checkup(text.formatted(all)))
        .isEqualTo(
            new Checkup(
                List.of("a", "b"),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                5,
                runs));
  }

  @Test
  void noNameLeadsElsewhereInTheApi() {
    assertThat(Paths.container("../images/x?force=1"))
        .isEqualTo("/containers/..%2Fimages%2Fx%3Fforce%3D1");
    assertThat(Paths.network("a b+c")).isEqualTo("/networks/a%20b%2Bc");
    assertThat(Paths.filters("label", "a=\"b\""))
        .isEqualTo("filters=%7B%22label%22%3A%5B%22a%3D%5C%22b%5C%22%22%5D%7D");
  }

  private static Checkup checkup(String text) throws IOException {
    return VitalsMapper.map(new Inspected(json(text))).checkup();
  }

  private static JsonNode json(String text) throws IOException {
    return new JsonMapper().readTree(text);
  }
}
