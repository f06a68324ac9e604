package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.compose.Permissions;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.git.Source;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Release;
import dev.holdfast.registry.Registry;
import dev.holdfast.store.Redactor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read once is read again as soon as anything that it hangs on says something else. */
class KnownFilesTest {
  private static final String COMPOSE =
      "services: { web: { image: registry.test/acme/web:1, environment: { A: '${A:-}', B: '${B:-}' } } }";

  private final Map<String, String> tracked = new TreeMap<>();
  private final Map<String, String> server = new TreeMap<>();
  private String digit = "1";
  private Runnable afterRead = () -> {};
  private Tree tree = new Tree();
  private SourceDefinition definition;
  private Path envFile;

  private final class Tree implements SourceTree {
    int reads;

    @Override
    public Optional<byte[]> file(String path) {
      reads++;
      return bytes(tracked.get(path));
    }

    @Override
    public SortedMap<String, Tracked> under(String folder) {
      reads++;
      return new TreeMap<>();
    }
  }

  private final class FakeRegistry implements Registry {
    @Override
    public Digest resolve(ImageReference tagged) {
      return new Digest("sha256:" + digit.repeat(64));
    }

    @Override
    public List<String> tags(ImageReference repository) {
      return List.of();
    }

    @Override
    public Optional<Credentials> credentials(String registry) {
      return Optional.empty();
    }
  }

  @BeforeEach
  void anApp(@TempDir Path folder) throws IOException {
    tracked.put("compose.yaml", COMPOSE);
    tracked.put("versions.yaml", "services: {}\n");
    server.put(".env", "B=one\n");
    envFile = Files.writeString(folder.resolve("shop.env"), "A=one\n");
    definition =
        new SourceDefinition(
            new SourceDefinition.Settings(
                "shop",
                List.of(),
                "versions.yaml",
                List.of(envFile),
                List.of(),
                Permissions.NONE,
                this::serverFile),
            () -> new Source.Snapshot("0123", "refs/heads/main", null, tree),
            new FakeRegistry(),
            new Redactor());
  }

  private Optional<byte[]> serverFile(String path) {
    Optional<byte[]> found = bytes(server.get(path));
    afterRead.run();
    return found;
  }

  private static Optional<byte[]> bytes(String text) {
    return Optional.ofNullable(text).map(t -> t.getBytes(StandardCharsets.UTF_8));
  }

  private Release release() {
    Definition.Look look = definition.look();
    assertThat(look.problems()).isEmpty();
    return Objects.requireNonNull(look.target()).release();
  }

  private String variable(String name) {
    return release().services().get("web").spec().container().environment().values().get(name);
  }

  @Test
  void nothingIsReadAgainAndTheReleaseIsTheSameWhereNothingChanged() {
    Release first = release();
    int reads = tree.reads;

    assertThat(release()).isSameAs(first);
    assertThat(tree.reads).isPositive().isEqualTo(reads);
  }

  @Test
  void anotherTreeIsReadThoughItsRevisionIsCalledTheSame() {
    release();
    tracked.put("compose.yaml", COMPOSE.replace("'${A:-}'", "of-the-tree"));
    assertThat(variable("A")).as("the same tree never changes").isEqualTo("one");

    tree = new Tree();
    assertThat(variable("A")).isEqualTo("of-the-tree");
  }

  @Test
  void anEnvFileOfTheAgentIsReadAtEachLook() throws IOException {
    assertThat(variable("A")).isEqualTo("one");
    Files.writeString(envFile, "A=two\n");
    assertThat(variable("A")).isEqualTo("two");
    Files.writeString(envFile, "");
    assertThat(variable("A")).isEmpty();
  }

  @Test
  void aFileOfTheServerIsComparedByContentWhetherItChangesComesOrGoes() {
    assertThat(variable("B")).isEqualTo("one");
    server.put(".env", "B=two\n");
    assertThat(variable("B")).isEqualTo("two");
    server.remove(".env");
    assertThat(variable("B")).isEmpty();
    server.put(".env", "B=three\n");
    assertThat(variable("B")).isEqualTo("three");
  }

  @Test
  void aFileThatChangesWhileItIsReadIsReadAgain() {
    afterRead = () -> server.put(".env", "B=two\n");
    assertThat(variable("B")).isEqualTo("one");
    assertThat(variable("B")).isEqualTo("two");
  }

  @Test
  void whatTheRegistrySaysIsAskedAtEachLook() {
    Release first = release();
    digit = "2";
    Release moved = release();
    digit = "1";

    assertThat(moved.id()).isNotEqualTo(first.id());
    assertThat(release().id()).isEqualTo(first.id());
  }

  @Test
  void filesThatAreRefusedAreReadAnewOnceTheyAreMended() {
    server.put(".env", "B='unclosed\n");
    assertThat(definition.look().kind()).isEqualTo("files");
    assertThat(definition.look().problems()).isNotEmpty();

    server.put(".env", "B=mended\n");
    assertThat(variable("B")).isEqualTo("mended");
  }
}
