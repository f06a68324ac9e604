package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdfast.compose.ComposeLoader;
import dev.holdfast.compose.ComposeText;
import dev.holdfast.compose.KeysTable;
import dev.holdfast.compose.LoadResult;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import dev.holdfast.model.DesiredState;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From the text of a key to the request that the engine gets, for every key that sets a field. */
class ComposeKeysTest {
  private static final ImageDefaults IMAGE =
      new ImageDefaults("sha256:image", List.of(), List.of(), List.of());
  private static final PinnedImage PINNED =
      PinnedImage.of(ImageReference.parse("acme/api:1"), new Digest("sha256:" + "ab".repeat(32)));

  /** {@code key} with its section. */
  record Case(String key, String lines, Set<String> allow, String pointer, String expected) {
    @Override
    public String toString() {
      return key + ": " + lines;
    }

    String indented(int by) {
      return Arrays.stream(lines.split(" ;; "))
          .map(l -> " ".repeat(by) + l + "\n")
          .collect(Collectors.joining());
    }
  }

  static List<Case> cases() {
    return KeysTable.lines(Path.of("src/test/resources/compose-keys/cases.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.replace(" | | ", " |  | ").split(" \\| ", -1))
        .map(ComposeKeysTest::parse)
        .toList();
  }

  private static Case parse(String[] parts) {
    assertThat(parts).as(String.join("|", parts)).hasSize(5);
    Set<String> allow = parts[2].isBlank() ? Set.of() : Set.of(parts[2].strip().split(" "));
    return new Case(parts[0], parts[1], allow, parts[3], parts[4]);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void becomesTheFieldThatTheTableNames(Case one) throws Exception {
    JsonNode request = request(one);

    assertThat(request.at(one.pointer()).toString())
        .as("%s in %s", one.pointer(), request)
        .isEqualTo(Json.mapper().readTree(one.expected()).toString());
  }

  static Stream<Case> guarded() {
    return cases().stream().filter(one -> !one.allow().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("guarded")
  void isRefusedWithoutLeaveWithTheLineThatGivesIt(Case one) {
    LoadResult result = ComposeLoader.load(ComposeText.request(text(one), Set.of()));
    String word = one.allow().iterator().next();
    Set<String> others =
        Set.of(
                "privileged",
                "host-network",
                "host-pid",
                "host-ipc",
                "docker-socket",
                "devices",
                "capabilities",
                "security-opt")
            .stream()
            .filter(other -> !other.equals(word))
            .collect(Collectors.toSet());
    LoadResult withOthers = ComposeLoader.load(ComposeText.request(text(one), others));

    assertThat(result).isInstanceOf(LoadResult.Refused.class);
    assertThat(((LoadResult.Refused) result).problems())
        .isNotEmpty()
        .allSatisfy(
            problem -> {
              assertThat(problem.toString()).startsWith("compose.yaml:");
              assertThat(problem.message())
                  .contains("add to apps.shop in agent.yaml: allow: [" + word + "]");
            });
    assertThat(withOthers).as("another word is no leave").isInstanceOf(LoadResult.Refused.class);
  }

  @Test
  void everyFieldOfTheTableHasACase() {
    Map<String, List<String>> tried =
        cases().stream()
            .collect(
                Collectors.groupingBy(
                    Case::key, Collectors.mapping(Case::pointer, Collectors.toList())));
    KeysTable.read()
        .forEach(
            (section, rows) ->
                rows.forEach(
                    row ->
                        row.field()
                            .ifPresent(
                                field ->
                                    assertThat(tried.get(section + "." + row.key()))
                                        .as("%s.%s sets %s", section, row.key(), field)
                                        .isNotNull()
                                        .anySatisfy(
                                            pointer ->
                                                assertThat(pointer).matches(pattern(field))))));
  }

  private static String pattern(String field) {
    return field.replace("/*", "/[^/]+") + "(/.*)?";
  }

  private static String text(Case one) {
    boolean ofService = one.key().startsWith("services.");
    String kind = one.key().substring(0, one.key().indexOf('.'));
    String image = one.lines().contains("image:") ? "" : "    image: acme/api:1\n";
    return "services:\n  api:\n"
        + image
        + (ofService ? one.indented(4) : "")
        + (kind.equals("networks") ? "    networks: [it]\n" : "")
        + (kind.equals("volumes") ? "    volumes: ['it:/it']\n" : "")
        + "  db: {image: acme/db, ipc: shareable}\n"
        + "networks:\n"
        + "  lan: {ipam: {config: [{subnet: 172.28.0.0/16}, {subnet: 'fd00::/64'}]}}\n"
        + (kind.equals("networks") ? "  it:\n" + one.indented(4) : "")
        + "volumes:\n  data:\n"
        + (kind.equals("volumes") ? "  it:\n" + one.indented(4) : "");
  }

  private static JsonNode request(Case one) {
    LoadResult result = ComposeLoader.load(ComposeText.request(text(one), one.allow()));
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
    DesiredState state = ((LoadResult.Loaded) result).state();
    return switch (one.key().substring(0, one.key().indexOf('.'))) {
      case "networks" ->
          ProjectResources.body("shop", Objects.requireNonNull(state.networks().get("it")));
      case "volumes" ->
          ProjectResources.body("shop", Objects.requireNonNull(state.volumes().get("it")));
      case "services" -> CreateMapper.map(container(state), IMAGE, ApiVersion.NEWEST);
      default -> JsonNodeFactory.instance.nullNode();
    };
  }

  private static ContainerRequest container(DesiredState state) {
    return new ContainerRequest(
        "shop",
        new Release.Service(Objects.requireNonNull(state.services().get("api")), PINNED),
        "shop-api-1-new",
        "shop-api-1",
        new TreeMap<>(),
        state.networks(),
        state.volumes(),
        Path.of("/srv/shop"),
        Path.of("/var/lib/holdfast/config"),
        Path.of("/dev/shm/holdfast"),
        new TreeMap<>(),
        false,
        false,
        new TreeMap<>(Map.of("api", "shop-api-1", "db", "shop-db-1")));
  }
}
