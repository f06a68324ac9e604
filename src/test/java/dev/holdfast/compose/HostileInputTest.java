package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Whatever the files hold, loading ends, throws nothing, and says something of each refusal. */
class HostileInputTest {
  private static final long SEED = 20_261_121;

  @Test
  void randomBytesThrowNothing() {
    Random random = new Random(SEED);
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      Files tree =
          Files.of().with("compose.yaml", bytes).with("versions.yaml", bytes).with(".env", bytes);
      assertThat(ComposeLoader.load(LoadRequest.of("shop", tree))).isNotNull();
    }
  }

  @Test
  void mutatedVersionsFilesAreEditedRightOrNotAtAll() {
    Random random = new Random(SEED);
    String base =
        "# CI\nversion: 2026.11.20-3\nservices:\n  api: 1.4.2 # a\n  'web': \"1.4.2\"\n  jobs: {a: b}\n";
    for (int round = 0; round < 8_000; round++) {
      String text = base.replace("  jobs: {a: b}\n", "");
      for (int i = random.nextInt(3); i >= 0; i--) {
        text = Mutator.mutated(text, new Fixture("", Map.of("a", base)), random);
      }
      VersionsEditor.Result result =
          VersionsEditor.set("v.yaml", text, Map.of("api", "1.4.3", "new", "^2"), "v9", null);
      if (result instanceof VersionsEditor.Result.Edited edited) {
        VersionsFile.Result read =
            VersionsFile.parse("v.yaml", edited.text().getBytes(StandardCharsets.UTF_8));
        assertThat(read)
            .as(text)
            .isInstanceOfSatisfying(
                VersionsFile.Result.Parsed.class,
                parsed ->
                    assertThat(parsed.versions().services().get("new").text()).isEqualTo("^2"));
      }
    }
  }

  @Test
  void aFloodOfProblemsIsBounded() {
    String services =
        java.util.stream.IntStream.range(0, 400)
            .mapToObj(i -> "  s" + i + ": {bad: 1, worse: 2}\n")
            .collect(Collectors.joining());

    assertThat(Loading.problems("services:\n" + services)).hasSize(200);
    assertThat(
            Loading.problems(
                "services:\n"
                    + java.util.stream.IntStream.range(0, 501)
                        .mapToObj(i -> "  s" + i + ": {image: a}\n")
                        .collect(Collectors.joining())))
        .anyMatch(problem -> problem.contains("more than 500 services"));
  }

  @Test
  void namesThatAreNoNamesAreRefused() {
    assertThat(
            Loading.problems(
                "services: {'a b': {image: a}, '../x': {image: a}, '"
                    + "x".repeat(101)
                    + "': {image: a}}"))
        .filteredOn(problem -> problem.contains("is not a valid name"))
        .hasSize(3);
    assertThat(
            Loading.problems(LoadRequest.of("../etc", Files.compose("services: {a: {image: b}}"))))
        .singleElement()
        .asString()
        .contains("no Compose project name");
    assertThat(
            Loading.problems(
                "services: {a: {image: b, volumes: ['v:/v']}}\nvolumes: {v: {name: '../v'}}"))
        .singleElement()
        .asString()
        .contains("volumes.v.name is not a valid name");
  }

  private static List<String> refusedSoon(LoadRequest request) {
    return Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> Loading.problems(request));
  }

  @Test
  void nothingBuysEndlessWorkOrMemory() {
    String megabyte = "x".repeat(1_000_000);
    String aliases =
        "x-a: &a \""
            + "$$".repeat(400_000)
            + "\"\nservices:\n  a:\n    image: i\n    command: ["
            + "*a,".repeat(30_000)
            + "]\n";
    String variables =
        "services:\n  a:\n    image: i\n    labels: [" + "$A,".repeat(30_000) + "]\n";
    String doubling =
        "A0="
            + "y".repeat(1000)
            + "\n"
            + java.util.stream.IntStream.range(1, 20_000)
                .mapToObj(i -> "A" + i + "=$A" + (i - 1) + "$A" + (i - 1) + "\n")
                .collect(Collectors.joining());
    String keys =
        java.util.stream.IntStream.range(0, 15_000)
            .mapToObj(i -> "    imag" + i + ": 1\n")
            .collect(Collectors.joining());
    String networks = "services: {a: {image: b, networks: [" + "x,".repeat(30_000) + "]}}";

    assertThat(refusedSoon(Loading.request(aliases)))
        .anyMatch(problem -> problem.contains("more than 1000 items"));
    assertThat(refusedSoon(Loading.request(variables).withVariables(Map.of("A", megabyte))))
        .anyMatch(problem -> problem.contains("grows beyond 16 MiB"));
    assertThat(
            refusedSoon(
                LoadRequest.of(
                    "shop", Files.compose("services: {a: {image: b}}").with(".env", doubling))))
        .anyMatch(problem -> problem.contains("MiB") || problem.contains("cannot be replaced"));
    assertThat(
            refusedSoon(
                LoadRequest.of(
                    "shop",
                    Files.compose("services: {a: {image: b}}")
                        .with(".env", "!\n".repeat(400_000)))))
        .hasSize(50);
    assertThat(refusedSoon(Loading.request("services:\n  a:\n    image: i\n" + keys))).hasSize(200);
    assertThat(refusedSoon(Loading.request(networks)))
        .anyMatch(problem -> problem.contains("more than 1000 items"));
    assertThat(
            refusedSoon(
                LoadRequest.of(
                    "shop",
                    Files.of(
                        "compose.yaml",
                        "services: {a: {image: \"" + ":".repeat(900_000) + "x\"}}",
                        "versions.yaml",
                        "services: {a: v1}"))))
        .hasSize(1);
    assertThat(
            refusedSoon(Loading.request("services: {a: {image: b, ports: ['1-65535:1-65535']}}")))
        .anyMatch(problem -> problem.contains("more than 2000 ports"));
    assertThat(
            refusedSoon(
                Loading.request(
                    Loading.service(
                        "env_file: ["
                            + java.util.stream.IntStream.range(1, 500)
                                .mapToObj(i -> "./".repeat(i) + "a.env")
                                .collect(Collectors.joining(","))
                            + "]"))))
        .anyMatch(problem -> problem.contains("more than 50 files"));
    assertThat(
            refusedSoon(
                Loading.request(
                    "services: {a: {image: b, command: \"" + "${A:-".repeat(150_000) + "\"}}")))
        .hasSize(1);
    assertThat(
            refusedSoon(
                LoadRequest.of(
                    "shop",
                    Files.of(
                        "compose.yaml",
                        "services: {a: {image: b}}",
                        "versions.yaml",
                        "services:\n"
                            + java.util.stream.IntStream.range(0, 15_000)
                                .mapToObj(i -> "  a" + i + ": v1\n")
                                .collect(Collectors.joining())))))
        .hasSize(200);
  }
}
