package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.agent.Finding;
import dev.holdfast.cli.Command.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
  private static final String COMPOSE =
      """
      services:
        api:
          image: ghcr.io/acme/api
          environment: { URL: "${DATABASE_URL}" }
        db:
          image: postgres:15
          volumes: [data:/var/lib/postgresql/data]
      volumes: { data: }
      """;
  private static final String VERSIONS = "services: { api: 1.4.2 }\n";
  @TempDir Path temporary;
  private Path shop;

  @BeforeEach
  void anApp() throws IOException {
    shop = Files.createDirectory(temporary.resolve("Shop"));
    write("compose.yaml", COMPOSE);
    write("versions.yaml", VERSIONS);
    write("ci.env", "DATABASE_URL=postgres://db\n");
  }

  private Path write(String path, String text) throws IOException {
    Path file = shop.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Result validate(String... more) {
    String[] words = new String[more.length + 2];
    words[0] = "validate";
    words[1] = shop.toString();
    System.arraycopy(more, 0, words, 2, more.length);
    return Command.run(words);
  }

  private String env() {
    return shop.resolve("ci.env").toString();
  }

  @Test
  void aValidFolderIsSaidSoInOneLine() {
    Result result = validate("--env-file", env());
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo(shop + ": valid, 2 services\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void aVariableThatIsNotSetIsAWarning() {
    Result result = validate();
    assertThat(result.err())
        .startsWith(shop + "/compose.yaml:4:")
        .contains(": warning: ")
        .contains("the variable DATABASE_URL is not set");
    assertThat(result.out()).contains("valid, 2 services");
    assertThat(result.code()).isZero();
  }

  @Test
  void eachProblemHasItsPlaceAndAllAreTold() throws IOException {
    write("compose.yaml", COMPOSE.replace("environment:", "enviroment:"));
    write("versions.yaml", "services:\n  web: 1\n");
    Result result = validate();
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains(shop + "/compose.yaml:4:5: services.api.enviroment is not a known key")
        .contains("did you mean 'environment'?")
        .contains(shop + "/versions.yaml:2:")
        .contains("services.web is no service of");
  }

  @Test
  void brokenYamlAndAMissingFileAreToldAsProblems() throws IOException {
    write("compose.yaml", "services:\n  api: {image: [\n");
    assertThat(validate().code()).isEqualTo(1);
    assertThat(validate().err()).contains(shop + "/compose.yaml:");
    Files.delete(shop.resolve("compose.yaml"));
    assertThat(validate().err()).startsWith(shop + "/compose.yaml:1:1: is not in the source");
    assertThat(Command.run("validate", shop + "/missing").err())
        .startsWith(shop + "/missing:1:1: is no folder");
    assertThat(Command.run("validate", shop + "/missing").code()).isEqualTo(1);
  }

  @Test
  void severalFoldersAreCheckedInOneRun() throws IOException {
    Path other = Files.createDirectory(temporary.resolve("other"));
    Files.writeString(other.resolve("compose.yaml"), "services: {}\n");
    Files.writeString(other.resolve("versions.yaml"), "services: {}\n");
    Result result = validate(other.toString(), "--env-file", env());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEqualTo(shop + ": valid, 2 services\n");
    assertThat(result.err()).startsWith(other + "/compose.yaml:1:");
  }

  @Test
  void theNameIsTheOneGivenElseTheFilesElseTheFolders() throws IOException {
    write("compose.yaml", "name: store\n" + COMPOSE);
    assertThat(validate().code()).as("name:").isZero();
    assertThat(validate("--app", "store").code()).isZero();
    assertThat(validate("--app", "shop").err()).contains("differs from the app's name 'shop'");
    assertThat(validate("--app", "shop").code()).isEqualTo(1);
    write("compose.yaml", COMPOSE);
    write(".env", "COMPOSE_PROJECT_NAME=store\n");
    assertThat(validate().code()).as(".env").isZero();
  }

  @Test
  void whatLiesOnTheServerAloneIsAWarning() throws IOException {
    write(
        "compose.yaml", "services: { api: { image: a, env_file: [api.env, /etc/shop/x.env] } }\n");
    Result result = validate("--allow-path", "/etc/shop");
    assertThat(result.code()).isZero();
    assertThat(result.err().lines())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith(shop + "/compose.yaml:1:")
                    .contains("warning: services.api.env_file names")
                    .contains("cannot be checked here"));
    assertThat(validate().err()).contains("allow-paths: [/etc/shop/x.env]");
    assertThat(validate().code()).isEqualTo(1);
  }

  @Test
  void whatAgentYamlWouldAllowCanBeGiven() throws IOException {
    write(
        "compose.yaml",
        "services: { api: { image: a, volumes: ['/run/docker.sock:/s', '/srv/x:/x'] } }\n");
    assertThat(validate().err()).contains("allow: [docker-socket]").contains("allow-paths:");
    assertThat(validate("--allow", "docker-socket", "--allow-path", "/srv").code()).isZero();
    Result wrong = validate("--allow", "docker");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--allow takes all, capabilities");
    assertThat(validate("--allow-path", "srv").code()).isEqualTo(2);
  }

  @Test
  void whatAgentYamlSaysOfTheAppHoldsThoughItsFilesAreOnTheServer() throws IOException {
    write(
        "compose.yaml",
        "services: { api: { build: ., volumes: ['/run/docker.sock:/s'] }, db: { image: b } }\n");
    Path config =
        Files.writeString(
            temporary.resolve("agent.yaml"),
            """
            api: { token-file: /nowhere/token }
            apps:
              store:
                source: { git: { url: "https://git.example.com/a/b.git", ref: main } }
                allow: [docker-socket]
                versions: /srv/store/versions.yaml
            """);
    Result result = validate("--config", config.toString(), "--app", "store");
    assertThat(result.err())
        .isEqualTo(
            "/srv/store/versions.yaml:1:1: warning: lies on the server and is not checked here; nor"
                + " are the images it names\n");
    assertThat(result.out()).contains("valid, 2 services");
    assertThat(result.code()).isZero();
    assertThat(validate("--config", config.toString(), "--app", "x").err())
        .startsWith(config + ":1:1: has no apps.x");
    assertThat(validate("--config", config.toString()).code()).isEqualTo(2);
  }

  @Test
  void gitsOwnFilesAndLinksAreNotInTheSource() throws IOException {
    write(".git/compose.yaml", COMPOSE);
    Files.delete(shop.resolve("versions.yaml"));
    Path outside = Files.writeString(temporary.resolve("outside.yaml"), VERSIONS);
    Files.createSymbolicLink(shop.resolve("versions.yaml"), outside);
    assertThat(validate().err()).contains("versions.yaml:1:1: does not exist or cannot be read");
  }

  @Test
  void aFolderThatIsMountedIsTakenAsTracked() throws IOException {
    write("conf/a", "1");
    write("conf/huge", "x".repeat((4 << 20) + 1));
    write("compose.yaml", "services: { api: { image: a, volumes: ['./conf:/c:ro'] } }\n");
    assertThat(validate().err())
        .startsWith(shop + ":1:1: could not use 'conf/huge' because it has 4 MiB");
    Files.delete(shop.resolve("conf/huge"));
    assertThat(validate().code()).isZero();
  }

  @Test
  void jsonIsAListOfProblems() throws IOException {
    write("compose.yaml", COMPOSE.replace("environment:", "enviroment:"));
    Result result = validate("-o", "json");
    JsonNode list = new JsonMapper().readTree(result.out());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).isEmpty();
    assertThat(list.findValuesAsText("severity")).contains("error");
    JsonNode error = list.get(list.size() - 1);
    assertThat(error.get("file").asText()).isEqualTo(shop + "/compose.yaml");
    assertThat(error.get("line").asInt()).isEqualTo(4);
    assertThat(error.get("column").asInt()).isEqualTo(5);
    assertThat(error.get("message").asText()).contains("enviroment");
    write("compose.yaml", COMPOSE);
    assertThat(validate("-o", "json", "--env-file", env()).out().strip()).isEqualTo("[ ]");
  }

  @Test
  void agentYamlIsCheckedWithTheDirectoriesOfItsApps() throws IOException {
    Path config = temporary.resolve("agent.yaml");
    Files.setPosixFilePermissions(Path.of(env()), PosixFilePermissions.fromString("rw-r-----"));
    Files.writeString(
        config,
        "apps:\n  shop:\n    source: { directory: "
            + shop
            + " }\n    env-files: ["
            + env()
            + "]\n");
    Result valid = Command.run("validate", "--config", config.toString());
    assertThat(valid.err()).isEmpty();
    assertThat(valid.out()).isEqualTo(config + ": valid, 1 app\n" + shop + ": valid, 2 services\n");
    assertThat(valid.code()).isZero();

    Files.writeString(config, Files.readString(config) + "    require-env: [MISSING]\n");
    write("compose.yaml", COMPOSE.replace("image: postgres", "imag: postgres"));
    Result wrongFolder = Command.run(Map.of("HOLDFAST_CONFIG", config.toString()), "validate");
    assertThat(wrongFolder.code()).isEqualTo(2);
    assertThat(wrongFolder.out()).isEqualTo(config + ": valid, 1 app\n");
    assertThat(wrongFolder.err())
        .contains(shop + "/compose.yaml:6:5: services.db.imag is not a known key")
        .contains(config + ":1:1: variable MISSING is required by apps.shop.require-env");

    Files.writeString(config, "intervall: 30s\napps: 1\n");
    Result wrong = Command.run("validate", "--config", config.toString());
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains(config + ":1:1: ").contains(config + ":2:");
    assertThat(Command.run("validate", "--config", temporary + "/none.yaml").err())
        .startsWith(temporary + "/none.yaml:1:1: ")
        .contains("does not exist");
  }

  /** The parts that code hosts require: GitHub, "SARIF support for code scanning". */
  @Test
  void sarifNamesRuleLevelAndPlaceOfEachFinding() throws IOException {
    write(
        "compose.yaml",
        COMPOSE.replace("    image: postgres:15", "    imag: postgres:15")
            + "x-ok: 1\nnonsense: 1\n");
    write("versions.yaml", "services: { api: 1.4.2 }\n");
    Result result = validate("-o", "sarif");
    JsonNode report = new JsonMapper().readTree(result.out());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).isEmpty();
    assertThat(report.get("version").asText()).isEqualTo("2.1.0");
    assertThat(report.get("$schema").asText()).endsWith("sarif-2.1.0.json");
    JsonNode run = report.get("runs").get(0);
    JsonNode rules = run.at("/tool/driver/rules");
    assertThat(run.at("/tool/driver/name").asText()).isEqualTo("holdfast");
    assertThat(run.get("results")).isNotEmpty();
    for (JsonNode found : run.get("results")) {
      JsonNode rule = rules.get(found.get("ruleIndex").asInt());
      assertThat(found.get("ruleId")).isEqualTo(rule.get("id"));
      assertThat(found.get("level")).isEqualTo(rule.at("/defaultConfiguration/level"));
      assertThat(rule.at("/shortDescription/text").asText()).isNotBlank();
      assertThat(found.at("/message/text").asText()).isNotBlank();
      JsonNode place = found.at("/locations/0/physicalLocation");
      assertThat(place.at("/artifactLocation/uri").asText()).endsWith("/Shop/compose.yaml");
      assertThat(place.at("/region/startLine").asInt()).isPositive();
      assertThat(place.at("/region/startColumn").asInt()).isPositive();
    }
    assertThat(run.get("results").findValuesAsText("ruleId"))
        .contains("holdfast/invalid", "holdfast/variable-not-set");
  }

  @Test
  void sarifOfAValidFolderHasNoResults() throws IOException {
    Result result = validate("-o", "sarif", "--env-file", env());
    assertThat(result.code()).isZero();
    assertThat(new JsonMapper().readTree(result.out()).at("/runs/0/results").isEmpty()).isTrue();
  }

  @Test
  void sarifNamesFilesRelativeToTheCheckoutAndEncoded() {
    Path root = Path.of("/check out");
    Finding finding =
        new Finding("a b/ü.yaml", 3, 7, dev.holdfast.compose.Problem.Severity.NOTE, "m");
    JsonNode file =
        SarifReport.of(List.of(finding), root)
            .at("/runs/0/results/0/locations/0/physicalLocation/artifactLocation");

    assertThat(file.get("uri").asText()).isEqualTo("a%20b/%C3%BC.yaml");
    assertThat(file.get("uriBaseId").asText()).isEqualTo("%SRCROOT%");
  }

  @Test
  void aSwarmKeyIsANote() throws IOException {
    write(
        "compose.yaml",
        COMPOSE.replace(
            "    image: postgres:15", "    image: postgres:15\n    deploy: {placement: {}}"));
    assertThat(validate("--env-file", env()).err())
        .contains(": note: services.db.deploy.placement");
    assertThat(validate("--env-file", env()).code()).isZero();
  }
}
