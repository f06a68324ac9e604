package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.request;
import static dev.holdfast.compose.Loading.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DesiredState;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.ImageWish;
import dev.holdfast.model.MountSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComposeLoaderTest {
  private static final String SHOP =
      """
      x-logging: &logging
        logging: { driver: json-file, options: { max-size: 10m, max-file: 3 } }
      services:
        api:
          <<: *logging
          image: ghcr.io/acme/api
          restart: unless-stopped
          environment:
            DATABASE_URL: postgres://app:${DB_PASSWORD}@db:5432/app
            NODE_ENV: production
          depends_on:
            db: { condition: service_healthy }
          ports: ["127.0.0.1:3000:3000"]
          healthcheck: { test: "curl -f localhost:3000/health", interval: 10s }
        web:
          build: ./web
          depends_on: [api]
          volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
        db:
          image: postgres:15
          volumes: ["data:/var/lib/postgresql/data", "./backups:/backups"]
          healthcheck: { test: [CMD, pg_isready] }
      volumes:
        data:
      x-holdfast:
        migrate: { service: api, command: [npx, prisma, migrate, deploy] }
        watch: 10s
      """;

  private static final Files TREE =
      Files.of(
          "compose.yaml",
          SHOP,
          "nginx.conf",
          "events {}\n",
          "versions.yaml",
          "version: 2026.10\nservices:\n  api: 1.10\n  web: ghcr.io/acme/web:1.10\n");

  @Test
  void readsAWholeApp() {
    DesiredState state =
        loaded(LoadRequest.of("shop", TREE).withVariables(Map.of("DB_PASSWORD", "s3cret")));

    assertThat(state.services().keySet()).containsExactly("api", "db", "web");
    assertThat(state.images().get("api"))
        .isEqualTo(new ImageWish.Tagged(ImageReference.parse("ghcr.io/acme/api:1.10")));
    assertThat(state.images().get("web"))
        .isEqualTo(new ImageWish.Tagged(ImageReference.parse("ghcr.io/acme/web:1.10")));
    assertThat(state.name().version()).isEqualTo("2026.10");
    assertThat(state.services().get("api").container().environment().values())
        .containsEntry("DATABASE_URL", "postgres://app:s3cret@db:5432/app");
    assertThat(state.services().get("api").container().logging().options())
        .containsEntry("max-file", "3");
    assertThat(state.volumes().get("data").name()).isEqualTo("shop_data");
    assertThat(state.networks().keySet()).containsExactly("default");
    assertThat(state.rollout().migrations()).hasSize(1);
  }

  @Test
  void tellsTrackedFilesFromDataOfTheServer() {
    DesiredState state = loaded(LoadRequest.of("shop", TREE));

    MountSpec.Tracked tracked =
        (MountSpec.Tracked) state.services().get("web").container().mounts().getFirst();
    assertThat(tracked.path()).isEqualTo("nginx.conf");
    assertThat(tracked.contentHash()).hasSize(64);
    assertThat(tracked.readOnly()).isTrue();
    assertThat(state.services().get("db").container().mounts())
        .contains(
            new MountSpec.Bind(
                new HostPath.InProject("backups"), "/backups", false, List.of(), true));
  }

  @Test
  void warnsOnceOfAVariableThatIsSilentlyEmpty() {
    assertThat(warnings(LoadRequest.of("shop", TREE)))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:9:")
        .contains("DB_PASSWORD is not set");
  }

  @Test
  void tellsAllProblemsAtOnceWithTheirPlaces() {
    assertThat(
            problems(
                "services:\n"
                    + "  api:\n"
                    + "    image: a:1\n"
                    + "    cap_add: [NET_ADMIN]\n"
                    + "    imge: x\n"
                    + "    restart: sometimes\n"
                    + "  b: {}\n"))
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("compose.yaml:4:15: services.api.cap_add adds a right over"),
            second ->
                assertThat(second)
                    .startsWith("compose.yaml:5:5: services.api.imge is not a known key")
                    .contains("did you mean 'image'?"),
            third ->
                assertThat(third).startsWith("compose.yaml:6:14: services.api.restart must be"),
            fourth ->
                assertThat(fourth)
                    .startsWith("compose.yaml:7:6: services.b has no image")
                    .contains("versions.yaml"));
  }

  @Test
  void refusesAServiceThatOnlyTheVersionsFileKnows() {
    Files tree =
        Files.of(
            "compose.yaml",
            "services:\n  api:\n    image: a\n",
            "versions.yaml",
            "services:\n  api: 1\n  apu: 2\n");

    assertThat(problems(LoadRequest.of("shop", tree)))
        .singleElement()
        .asString()
        .startsWith(
            "versions.yaml:3:3: services.apu is no service of compose.yaml; did you mean 'api'?");
  }

  @Test
  void refusesAnotherProjectNameBecauseVolumesWouldStartEmpty() {
    assertThat(problems("name: store\nservices:\n  api:\n    image: a\n"))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:1:7: name differs from the app's name 'shop'");
    assertThat(loaded("name: shop\nservices:\n  api:\n    image: a\n").app()).isEqualTo("shop");
  }

  @Test
  void givesTheSameStateForTheSameBytes() {
    assertThat(loaded(LoadRequest.of("shop", TREE)))
        .isEqualTo(loaded(LoadRequest.of("shop", TREE)));
  }

  @Test
  void takesTheFirstOfTheDefaultNamesWithItsOverrideAndSaysWhatItReads() {
    Files tree =
        Files.of(
            "docker-compose.yml",
            "services: {a: {image: old}}",
            "compose.yml",
            "services: {a: {image: new}}",
            "compose.override.yml",
            "services: {a: {hostname: over}}",
            "versions.yaml",
            "services: {}");

    assertThat(loaded(LoadRequest.of("shop", tree)).images().get("a").image().repository())
        .isEqualTo("library/new");
    assertThat(loaded(LoadRequest.of("shop", tree)).services().get("a").container().hostname())
        .isEqualTo("over");
    assertThat(warnings(LoadRequest.of("shop", tree)))
        .satisfiesExactly(
            other -> assertThat(other).startsWith("docker-compose.yml: is not read, because"),
            over ->
                assertThat(over)
                    .startsWith("compose.override.yml: is read over compose.yml, as docker")
                    .endsWith("write compose: [compose.yml] under apps.shop in agent.yaml"));
  }

  @Test
  void anOverrideIsLeftOutWhereTheFilesAreNamed() {
    Files tree =
        Files.compose("services: {a: {image: new}}")
            .with("compose.override.yml", "services: {a: {hostname: over}}");
    LoadRequest request = LoadRequest.of("shop", tree).withComposeFiles(List.of("compose.yaml"));

    assertThat(loaded(request).services().get("a").container().hostname()).isNull();
    assertThat(warnings(request)).isEmpty();
  }

  @Test
  void aNameThatDockerComposeWouldMakeTheAppsOwnIsNoOtherName() {
    assertThat(loaded("name: 'Shop!'\nservices: {a: {image: b}}").app()).isEqualTo("shop");
  }

  @Test
  void saysWhichFileIsMissing() {
    assertThat(problems(LoadRequest.of("shop", Files.of("versions.yaml", "services: {}"))))
        .singleElement()
        .asString()
        .startsWith("compose.yaml: is not in the source");
    assertThat(
            problems(LoadRequest.of("shop", Files.of("compose.yaml", "services: {a: {image: b}}"))))
        .singleElement()
        .asString()
        .startsWith("versions.yaml: does not exist");
    assertThat(
            problems(request("services: {a: {image: b}}").withComposeFiles(List.of("prod.yaml"))))
        .singleElement()
        .asString()
        .startsWith("prod.yaml: is not in the source");
  }

  @Test
  void tellsWhichVariablesItSees() {
    LoadRequest request =
        LoadRequest.of("shop", TREE.with(".env", "A=1\nB=2\n")).withVariables(Map.of("A", "agent"));

    assertThat(ComposeLoader.variables(request))
        .isEqualTo(Map.of("A", "agent", "B", "2", "COMPOSE_PROJECT_NAME", "shop"));
  }

  @Test
  void refusesAnAppThatIsNoNameOfAProject() {
    assertThat(problems(LoadRequest.of("Shop!", TREE)))
        .singleElement()
        .asString()
        .startsWith("agent.yaml: apps.Shop! is no Compose project name");
    assertThat(problems(LoadRequest.of("shop", TREE.with(".env", "COMPOSE_PROJECT_NAME=store"))))
        .singleElement()
        .asString()
        .startsWith("agent.yaml: the variable COMPOSE_PROJECT_NAME differs from the app's name");
    assertThat(loaded(LoadRequest.of("shop", TREE.with(".env", "COMPOSE_PROJECT_NAME=Shop"))).app())
        .isEqualTo("shop");
  }

  @Test
  void tellsWhichFilesItReadsAndWhatTheyCallTheProject() {
    Files tree =
        Files.compose("name: ${NAME}\nservices: {a: {image: b}}")
            .with("compose.override.yaml", "services: {}")
            .with("compose.override.yml", "name: other");
    LoadRequest request = LoadRequest.of("shop", tree).withVariables(Map.of("NAME", "store"));

    assertThat(ComposeLoader.files(request))
        .containsExactly("compose.yaml", "compose.override.yml");
    assertThat(ComposeLoader.declaredName(request)).contains("other");
    assertThat(ComposeLoader.declaredName(request.withComposeFiles(List.of("compose.yaml"))))
        .contains("store");
    assertThat(ComposeLoader.declaredName(LoadRequest.of("shop", TREE))).isEmpty();
    assertThat(ComposeLoader.declaredName(LoadRequest.of("shop", Files.of()))).isEmpty();
    assertThat(warnings(request))
        .anySatisfy(
            warning ->
                assertThat(warning).startsWith("compose.override.yaml: is not read, because"));
  }

  @Test
  void saysThatTheVariableIsNotUsedWhereAgentYamlNamesTheFiles() {
    LoadRequest request =
        LoadRequest.of("shop", TREE.with(".env", "COMPOSE_FILE=other.yaml"))
            .withComposeFiles(List.of("compose.yaml"))
            .withVariables(Map.of("DB_PASSWORD", "x"));

    assertThat(loaded(request).services()).hasSize(3);
    assertThat(warnings(request))
        .singleElement()
        .asString()
        .startsWith("agent.yaml: the variable COMPOSE_FILE is not used");
  }

  @Test
  void readsTheVersionsThatLieOnTheServerAndCannotCheckThemElsewhere() {
    LoadRequest request =
        LoadRequest.of("shop", Files.of("compose.yaml", "services: {api: {build: .}}"))
            .withVersionsFile("/etc/shop/versions.yaml");
    LoadRequest server =
        request.withServerFiles(
            path ->
                path.equals("/etc/shop/versions.yaml")
                    ? Optional.of("services: {api: 'acme/api:2'}".getBytes(StandardCharsets.UTF_8))
                    : Optional.empty());

    assertThat(loaded(server).images().get("api").image().tag()).isEqualTo("2");
    assertThat(problems(request))
        .singleElement()
        .asString()
        .startsWith("/etc/shop/versions.yaml: does not exist or cannot be read");
    assertThat(loaded(request.awayFromServer()).services()).containsOnlyKeys("api");
    assertThat(warnings(request.awayFromServer()))
        .singleElement()
        .asString()
        .startsWith("/etc/shop/versions.yaml: lies on the server and is not checked here");
  }

  @Test
  void runsOnlyTheImagesThatAgentYamlAllows() {
    LoadRequest request =
        request("services: {api: {image: 'acme/api:1'}}")
            .withPermissions(new Permissions(Set.of(), List.of(), List.of("acme/*")));

    assertThat(loaded(request).services()).hasSize(1);
    assertThat(
            problems(
                request.withPermissions(
                    new Permissions(Set.of(), List.of(), List.of("ghcr.io/acme/*", "acme/web")))))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:1:18: services.api runs an image that apps.shop.allow-images");
  }

  @Test
  void tellsWhatIsWrongInTheProjectsEnvFile() {
    assertThat(problems(LoadRequest.of("shop", TREE.with(".env", "A=1\nnot a name=s3cret\n"))))
        .singleElement()
        .asString()
        .startsWith(".env:2:1: does not start with a variable name")
        .doesNotContain("s3cret");
  }

  private static String services(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "  s%d: {image: a}\n".formatted(i))
        .collect(Collectors.joining("", "services:\n", ""));
  }

  @Test
  void readsFiveHundredServicesAndRefusesMore() {
    assertThat(loaded(services(500)).services()).hasSize(500);
    assertThat(problems(services(501)))
        .anySatisfy(problem -> assertThat(problem).contains("more than 500 services"));
    assertThat(problems("services: {'a b': {image: i}, c: {image: i}}"))
        .singleElement()
        .asString()
        .contains("services.a b is not a valid name");
  }

  @Test
  void refusesAFileThatGrowsThroughItsVariables() {
    String file = "services: {a: {image: b}}\nx-a: [" + "$A, ".repeat(20) + "]\n";

    assertThat(problems(request(file).withVariables(Map.of("A", "x".repeat(1 << 20)))))
        .singleElement()
        .asString()
        .contains("grows beyond 16 MiB through its variables");
    assertThat(loaded(request(file).withVariables(Map.of("A", "x".repeat(1 << 19)))).services())
        .hasSize(1);
  }

  @Test
  void showsNoVariableOfARequest() {
    assertThat(LoadRequest.of("shop", TREE).withVariables(Map.of("A", "s3cret")).toString())
        .contains("shop")
        .doesNotContain("s3cret");
  }
}
