package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DesiredState;
import dev.holdfast.model.MountSpec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compose Specification, "include". */
class IncludeTest {
  private static LoadRequest app(String compose, String... pathsAndTexts) {
    Files tree = Files.compose(compose);
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      tree = tree.with(pathsAndTexts[i], pathsAndTexts[i + 1]);
    }
    return LoadRequest.of("shop", tree);
  }

  private static Map<String, String> environment(DesiredState state, String service) {
    return Objects.requireNonNull(state.services().get(service)).container().environment().values();
  }

  @Test
  void theFileOfAnotherFolderIsReadFromThereWithItsOwnVariables() {
    LoadRequest request =
        app(
            """
            include: [infra/compose.yaml]
            services:
              api:
                image: acme/api:1
                depends_on: [db]
                environment: { TAG: "${TAG:-none}" }
            """,
            "infra/compose.yaml",
            """
            name: infra
            services:
              db:
                image: postgres:${TAG}
                env_file: db.env
                volumes: ["./init.sql:/init.sql:ro", "data:/data"]
            volumes: { data: }
            """,
            "infra/.env",
            "TAG=15\n",
            "infra/db.env",
            "A=1\n",
            "infra/init.sql",
            "select 1");
    DesiredState state = loaded(request);

    assertThat(Objects.requireNonNull(state.images().get("db")).image().tag()).isEqualTo("15");
    assertThat(environment(state, "db")).isEqualTo(Map.of("A", "1"));
    assertThat(environment(state, "api")).isEqualTo(Map.of("TAG", "none"));
    assertThat(state.volumes()).containsOnlyKeys("data");
    assertThat(Objects.requireNonNull(state.services().get("db")).container().mounts())
        .filteredOn(MountSpec.Tracked.class::isInstance)
        .extracting(mount -> ((MountSpec.Tracked) mount).path())
        .containsExactly("infra/init.sql");
  }

  @Test
  void theAppsOwnVariablesWinOverThoseOfTheIncludedFile() {
    LoadRequest request =
        app(
                "include: [{path: i/c.yaml, env_file: [one.env, two.env]}]\n",
                "i/c.yaml",
                "services: {db: {image: 'a:1', environment: {A: '$A', B: '$B', C: '$C'}}}",
                "one.env",
                "A=one\nB=one\nC=one\n",
                "two.env",
                "A=two\nB=two\n",
                "i/.env",
                "C=not read\n")
            .withVariables(Map.of("A", "app"));

    assertThat(environment(loaded(request), "db"))
        .isEqualTo(Map.of("A", "app", "B", "two", "C", "one"));
  }

  @Test
  void noEnvFileAtAllIsWrittenAsTheNullDevice() {
    LoadRequest request =
        app(
            "include: [{path: i/c.yaml, env_file: /dev/null}]\n",
            "i/c.yaml",
            "services: {db: {image: 'a:1', environment: {C: '${C:-none}'}}}",
            "i/.env",
            "C=not read\n");

    assertThat(environment(loaded(request), "db")).isEqualTo(Map.of("C", "none"));
  }

  @Test
  void severalPathsOfOneEntryAreMergedAndSeenFromTheFolderThatItNames() {
    LoadRequest request =
        app(
            "include: [{path: [i/a.yaml, i/b.yaml], project_directory: base}]\n",
            "i/a.yaml",
            "services: {db: {image: 'a:1', env_file: [x.env], environment: {A: a, B: a}}}",
            "i/b.yaml",
            "services: {db: {environment: {B: b}}}",
            "base/x.env",
            "X=base\n");

    assertThat(environment(loaded(request), "db"))
        .isEqualTo(Map.of("A", "a", "B", "b", "X", "base"));
  }

  @Test
  void anIncludedFileIncludesFromItsOwnFolder() {
    LoadRequest request =
        app(
            "include: [i/a.yaml]\n",
            "i/a.yaml",
            "include: [deep/b.yaml]\nservices: {a: {image: 'a:1', env_file: a.env}}",
            "i/deep/b.yaml",
            "services: {b: {image: 'b:1', env_file: ../b.env}}",
            "i/a.env",
            "A=1\n",
            "i/b.env",
            "B=1\n");
    DesiredState state = loaded(request);

    assertThat(environment(state, "a")).isEqualTo(Map.of("A", "1"));
    assertThat(environment(state, "b")).isEqualTo(Map.of("B", "1"));
  }

  @Test
  void aFurtherFileOfTheAppChangesWhatWasIncluded() {
    LoadRequest request =
        app(
            "include: [i/a.yaml]\n",
            "i/a.yaml",
            "services: {a: {image: 'a:1', environment: {A: a}}}",
            "compose.override.yaml",
            "services: {a: {environment: {B: b}}}");

    assertThat(environment(loaded(request), "a")).isEqualTo(Map.of("A", "a", "B", "b"));
  }

  @Test
  void theSameFileReachedTwiceIsNoConflict() {
    LoadRequest request =
        app(
            "include: [i/a.yaml, i/b.yaml]\n",
            "i/a.yaml",
            "include: [c.yaml]\nservices: {a: {image: 'a:1'}}",
            "i/b.yaml",
            "include: [c.yaml]\nservices: {b: {image: 'b:1'}}",
            "i/c.yaml",
            "services: {c: {image: 'c:1'}}\nnetworks: {default: {internal: true}}");

    assertThat(loaded(request).services()).containsOnlyKeys("a", "b", "c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[gone.yaml]|compose.yaml:1:11: include[0] names 'gone.yaml', which is not a file of the",
        "gone.yaml|compose.yaml:1:10: include must be a list of paths",
        "[/etc/x.yaml]|must be a relative path that stays in the source",
        "[../x.yaml]|must be a relative path that stays in the source",
        "['https://example.com/c.yaml']|names something of another place",
        "['oci://example.com/c']|names something of another place",
        "['git@example.com:c.git']|names something of another place",
        "[{}]|include[0].path names no file",
        "[{paths: a}]|is not a known key",
        "[{path: other.yaml, env_file: gone.env}]|include: env_file names 'gone.env', which lies",
        "[{path: other.yaml, env_file: ../e}]|env_file must be a relative path",
        "[other.yaml]|compose.yaml:2:12: services.api is declared here and, differently, in an"
            + " included file (other.yaml:1)",
        "[circle.yaml]|leads back to circle.yaml (compose.yaml includes circle.yaml includes"
            + " two.yaml)",
        "[self.yaml]|leads back to compose.yaml",
        "[bomb.yaml]|more than 100 files are included",
        "[keys.yaml]|keys.yaml:1:1: servces is not a known key",
        "[list.yaml]|list.yaml:1:1: is not a Compose file",
        "[kind.yaml]|kind.yaml:1:1: services must be a map of names",
        "[{path: [[a]]}]|include[0].path takes paths; this item is none",
      })
  void refusesWhatCannotBeIncludedAndSaysWhy(String include, String reason) {
    LoadRequest request =
        app(
            "include: " + include + "\nservices: {api: {image: a}}",
            "other.yaml",
            "services: {api: {image: b}}",
            "circle.yaml",
            "include: [two.yaml]",
            "two.yaml",
            "include: [circle.yaml]",
            "self.yaml",
            "include: [compose.yaml]",
            "bomb.yaml",
            "include: [b1.yaml, b1.yaml]",
            "b1.yaml",
            "include: [b2.yaml, b2.yaml]",
            "b2.yaml",
            "include: [b3.yaml, b3.yaml]",
            "b3.yaml",
            "include: [b4.yaml, b4.yaml, b4.yaml, b4.yaml, b4.yaml, b4.yaml, b4.yaml, b4.yaml]",
            "b4.yaml",
            "include: [b5.yaml, b5.yaml, b5.yaml, b5.yaml, b5.yaml, b5.yaml, b5.yaml, b5.yaml]",
            "b5.yaml",
            "x-a: 1",
            "keys.yaml",
            "servces: {}",
            "list.yaml",
            "[a]",
            "kind.yaml",
            "services: [a]");

    assertThat(problems(request)).anySatisfy(problem -> assertThat(problem).contains(reason));
  }

  @Test
  void anEntryWithoutAFolderIsSeenFromThatOfItsFirstFile() {
    LoadRequest request =
        app(
            "include: [{path: i/a.yaml}]\nservices:\n",
            "i/a.yaml",
            "services: {a: {image: 'a:1', env_file: x.env}}",
            "i/x.env",
            "X=1\n");

    assertThat(environment(loaded(request), "a")).isEqualTo(Map.of("X", "1"));
  }

  @Test
  void aMissingFileIsToldOfOnce() {
    assertThat(problems(app("include: [gone.yaml]\nservices: {api: {image: a}}"))).hasSize(1);
  }

  @Test
  void theAppsOwnSettingsInAnIncludedFileAreNotUsedAndThatIsSaid() {
    LoadRequest request =
        app("include: [i.yaml]\n", "i.yaml", "services: {a: {image: b}}\nx-holdfast: {watch: 9s}");

    assertThat(loaded(request).rollout().watch())
        .isEqualTo(loaded("services: {a: {image: b}}").rollout().watch());
    assertThat(Loading.warnings(request))
        .singleElement()
        .asString()
        .startsWith("i.yaml:2:1: x-holdfast of an included file is not used");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{image: a, command: [x, y]}|{command: [x, y], image: 'a'}|false",
        "{image: a, environment: {A: 1, B: 2}}|{image: a, environment: {B: 2, A: 1}}|false",
        "{image: a, command: [x, y]}|{image: a, command: [x, z]}|true",
        "{image: a, command: [x, y]}|{image: a, command: [x]}|true",
        "{image: a, command: [x]}|{image: a, command: x}|true",
        "{image: a, environment: {A: 1}}|{image: a, environment: {A: 2}}|true",
        "{image: a, environment: {A: 1}}|{image: a, environment: {B: 1}}|true",
        "{image: a, environment: {A: 1}}|{image: a, environment: [A=1]}|true",
        "{image: a, environment: {A: 1.0}}|{image: a, environment: {A: '1.0'}}|true"
      })
  void onlyWhatReadsDifferentlyIsAConflict(String own, String included, boolean conflict) {
    LoadRequest request =
        app(
            "include: [i.yaml]\nservices: {a: " + own + "}",
            "i.yaml",
            "services: {a: " + included + "}");

    if (conflict) {
      assertThat(problems(request)).singleElement().asString().contains("declared here and, diff");
    } else {
      assertThat(loaded(request).services()).containsOnlyKeys("a");
    }
  }

  private static LoadRequest chain(int files) {
    LoadRequest request = app("include: [1.yaml]\n");
    Files tree = (Files) request.tree();
    for (int i = 1; i <= files; i++) {
      String next = i == files ? "" : "include: [" + (i + 1) + ".yaml]\n";
      tree = tree.with(i + ".yaml", next + "services: {s" + i + ": {image: a}}");
    }
    return LoadRequest.of("shop", tree);
  }

  @Test
  void sixteenFilesIncludeEachOtherAndNoMore() {
    assertThat(loaded(chain(16)).services()).hasSize(16);
    assertThat(problems(chain(17))).singleElement().asString().contains("more than 16 below");
  }

  private static LoadRequest many(int files) {
    Files tree = Files.compose("include: [" + "i.yaml, ".repeat(files) + "]\n");
    return LoadRequest.of("shop", tree.with("i.yaml", "services: {a: {image: b}}"));
  }

  @Test
  void aHundredFilesAreIncludedAndNoMore() {
    assertThat(loaded(many(100)).services()).hasSize(1);
    assertThat(problems(many(101))).singleElement().asString().contains("more than 100 files");
  }

  @Test
  void theFilesOfItsConfigsAndSecretsAreSeenFromItsFolder() {
    LoadRequest request =
        app(
            "include: [i/a.yaml]\n",
            "i/a.yaml",
            """
            services: {a: {image: b, configs: [c], secrets: [s, t]}}
            configs: {c: {file: c.conf}}
            secrets: {s: {file: ./s}, t: {environment: T}}
            """,
            "i/c.conf",
            "c",
            "i/s",
            "s",
            "i/.env",
            "T=not given");

    assertThat(
            loaded(request.withVariables(Map.of("T", "t")))
                .services()
                .get("a")
                .container()
                .mounts())
        .hasSize(3)
        .first()
        .isInstanceOfSatisfying(
            MountSpec.Tracked.class, config -> assertThat(config.path()).isEqualTo("i/c.conf"));
  }

  @Test
  void aFileThatIsIncludedAgainAndAgainCountsEachTime() {
    String large = "x-a: [" + "1, ".repeat(5000) + "]\n";
    Files tree = Files.compose("include: [" + "i.yaml, ".repeat(10) + "]\n").with("i.yaml", large);

    assertThat(problems(LoadRequest.of("shop", tree)))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("i.yaml: makes the app's files hold more than 45000"));
  }

  @Test
  void anEnvFileOfTheServerCannotBeCheckedElsewhereAndItsFaultsHaveTheirPlace() {
    LoadRequest request =
        app(
            "include: [{path: i/a.yaml, env_file: prod.env}]\n",
            "i/a.yaml",
            "services: {a: {image: 'a:${TAG:-1}'}}");

    assertThat(loaded(request.awayFromServer()).services()).containsOnlyKeys("a");
    assertThat(Loading.warnings(request.awayFromServer()))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:1:38: include: env_file names 'prod.env'")
        .contains("cannot be checked here");
    assertThat(
            problems(
                LoadRequest.of(
                    "shop", ((Files) request.tree()).with("prod.env", "A=1\nno name=s3cret"))))
        .singleElement()
        .asString()
        .startsWith("prod.env:2:1: does not start with a variable name")
        .doesNotContain("s3cret");
  }

  @Test
  void theEnvFileBesideAnIncludedFileMayLieOnTheServer() {
    LoadRequest request =
        app("include: [i/a.yaml]\n", "i/a.yaml", "services: {a: {image: 'a:${TAG:-none}'}}")
            .withServerFiles(
                path ->
                    path.equals("i/.env")
                        ? Optional.of("TAG=9".getBytes(StandardCharsets.UTF_8))
                        : Optional.empty());

    assertThat(Objects.requireNonNull(loaded(request).images().get("a")).image().tag())
        .isEqualTo("9");
  }
}
