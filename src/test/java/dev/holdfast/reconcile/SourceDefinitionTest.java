package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.compose.Permissions;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.git.Source;
import dev.holdfast.git.SourceException;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.registry.Registry;
import dev.holdfast.registry.RegistryException;
import dev.holdfast.store.Redactor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SourceDefinitionTest {
  private final Map<String, String> files = new TreeMap<>();
  private final Map<String, String> tags = new TreeMap<>();
  private final List<String> asked = new ArrayList<>();
  private boolean away;

  SourceDefinitionTest() {
    files.put(
        "compose.yaml",
        "services: { api: { image: registry.test/acme/api }, web: { image: registry.test/acme/web:1.0.0 } }");
    files.put("versions.yaml", "version: 2026-1\nservices: { api: ^1.2 }\n");
    tags.put("registry.test/acme/api:1.2.0", "1");
    tags.put("registry.test/acme/api:1.9.1", "2");
    tags.put("registry.test/acme/api:2.0.0", "3");
    tags.put("registry.test/acme/web:1.0.0", "4");
  }

  private final class FakeSource implements Source {
    @Override
    public Snapshot look() {
      if (away) {
        throw new SourceException("could not reach the git host", null);
      }
      return new Snapshot(
          "0123456789abcdef0123456789abcdef01234567", "refs/heads/main", null, new Tree());
    }
  }

  private final class Tree implements SourceTree {
    @Override
    public Optional<byte[]> file(String path) {
      return Optional.ofNullable(files.get(path))
          .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public SortedMap<String, Tracked> under(String folder) {
      return new TreeMap<>();
    }
  }

  private final class FakeRegistry implements Registry {
    @Override
    public Digest resolve(ImageReference tagged) {
      asked.add(tagged.toString());
      String digit = tags.get(tagged.toString());
      if (digit == null) {
        throw new RegistryException.NotFound("there is no " + tagged);
      }
      return new Digest("sha256:" + digit.repeat(64));
    }

    @Override
    public List<String> tags(ImageReference repository) {
      return tags.keySet().stream()
          .filter(t -> t.startsWith(repository + ":"))
          .map(t -> t.substring(t.lastIndexOf(':') + 1))
          .toList();
    }

    @Override
    public Optional<Credentials> credentials(String registry) {
      return Optional.empty();
    }
  }

  private Definition.Look look(List<String> required, List<Path> envFiles) {
    SourceDefinition.Settings settings =
        new SourceDefinition.Settings(
            "shop",
            List.of("compose.yaml"),
            "versions.yaml",
            envFiles,
            required,
            Permissions.NONE,
            path -> Optional.empty());
    return new SourceDefinition(settings, new FakeSource(), new FakeRegistry(), new Redactor())
        .look();
  }

  private Definition.Look look() {
    return look(List.of(), List.of());
  }

  private String imageOf(String service) {
    return look().target().release().services().get(service).image().display();
  }

  @Test
  void tagsAndRangesBecomeDigestsAndTheSameInputsTheSameRelease() {
    assertThat(look().problems()).isEmpty();
    assertThat(imageOf("api")).isEqualTo("registry.test/acme/api:1.9.1");
    assertThat(imageOf("web")).isEqualTo("registry.test/acme/web:1.0.0");
    assertThat(look().target().release().id()).isEqualTo(look().target().release().id());
    assertThat(look().target().name().version()).isEqualTo("2026-1");
  }

  @Test
  void aTagThatMovesIsAnotherReleaseAndAnotherVersionNameIsNot() {
    String before = look().target().release().id();
    files.put("versions.yaml", "version: other\nservices: { api: ^1.2 }\n");
    assertThat(look().target().release().id()).isEqualTo(before);

    tags.put("registry.test/acme/web:1.0.0", "5");
    assertThat(look().target().release().id()).isNotEqualTo(before);
  }

  @Test
  void oneImageThatCannotBeResolvedLeavesTheWholeReleaseUnknown() {
    tags.remove("registry.test/acme/web:1.0.0");

    assertThat(look().target()).isNull();
    assertThat(look().kind()).isEqualTo("registry");
    assertThat(look().problems()).singleElement().asString().contains("web");
  }

  @Test
  void servicesOfOneImageAreAskedForOnce() {
    files.put(
        "compose.yaml",
        "services: { api: { image: registry.test/acme/api }, web: { image: registry.test/acme/web:1.0.0 },"
            + " worker: { image: registry.test/acme/web:1.0.0 }, jobs: { image: registry.test/acme/api } }");
    files.put("versions.yaml", "services: { api: ^1.2, jobs: ^1.2 }\n");

    assertThat(look().problems()).isEmpty();
    assertThat(asked)
        .containsExactlyInAnyOrder("registry.test/acme/api:1.9.1", "registry.test/acme/web:1.0.0");
  }

  @Test
  void aRangeThatNoTagLiesInIsSaid() {
    files.put("versions.yaml", "services: { api: ^7 }\n");

    assertThat(look().target()).isNull();
    assertThat(look().problems()).singleElement().asString().contains("^7");
  }

  @Test
  void aSourceThatIsAwayIsUnknownAndNoTarget() {
    away = true;

    assertThat(look().kind()).isEqualTo("source");
    assertThat(look().target()).isNull();
    assertThat(look().revision()).isNull();
  }

  @Test
  void brokenFilesKeepTheRevisionAndSayWhere() {
    files.put("versions.yaml", "services: { api: \n");

    assertThat(look().target()).isNull();
    assertThat(look().kind()).isEqualTo("files");
    assertThat(look().revision()).isNotNull();
    assertThat(look().problems().getFirst()).startsWith("versions.yaml:");
  }

  @Test
  void allMissingVariablesAreSaidAtOnceAndAMissingEnvFileToo() {
    assertThat(look(List.of("ONE", "TWO"), List.of()).problems()).hasSize(2);
    assertThat(look(List.of(), List.of(Path.of("/nonexistent/shop.env"))).problems())
        .singleElement()
        .asString()
        .contains("/nonexistent/shop.env");
  }
}
