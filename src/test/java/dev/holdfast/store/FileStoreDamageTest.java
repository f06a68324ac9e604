package dev.holdfast.store;

import static dev.holdfast.model.DeploymentRecord.Status.SUCCEEDED;
import static dev.holdfast.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * F92: whatever a power cut or a person left in a file, the agent starts, says so, and overwrites
 * nothing that it does not understand.
 */
@Timeout(120)
class FileStoreDamageTest {
  private static final String ID = "20261120T120000Z-4f3c2a1b9d0e";
  private static final Memory OLD = Samples.memory(null).withPinned("aaaaaaaaaaaa");
  private static final Memory NEW = Samples.memory(ID);
  @TempDir private Path state;
  private final List<String> warnings = new ArrayList<>();

  /** What may be found where a file of ours was. */
  enum Damage {
    EMPTY(bytes -> new byte[0]),
    HALF(bytes -> Arrays.copyOf(bytes, bytes.length / 2)),
    WITHOUT_ITS_LAST_BYTES(bytes -> Arrays.copyOf(bytes, bytes.length - 3)),
    ZEROES(bytes -> new byte[bytes.length]),
    GARBAGE(bytes -> random(bytes.length)),
    WITHOUT_FORMAT(bytes -> text("{\"confirmed\":[]}")),
    OLDER_FORMAT(
        bytes ->
            text(
                new String(bytes, StandardCharsets.UTF_8)
                    .replace("\"format\" : 1", "\"format\" : 0"))),
    ALTERED(
        bytes ->
            text(
                new String(bytes, StandardCharsets.UTF_8)
                    .replaceFirst("\"(reason|status|digest)\" : \"", "$0x"))),
    NO_OBJECT(bytes -> text("[1,2]")),
    NULL(bytes -> text("null")),
    TWICE(bytes -> text(new String(bytes, StandardCharsets.UTF_8).repeat(2))),
    DEEP(bytes -> text("[".repeat(100_000)));

    private final UnaryOperator<byte[]> change;

    Damage(UnaryOperator<byte[]> change) {
      this.change = change;
    }

    void apply(Path file) throws IOException {
      Files.write(file, change.apply(Files.readAllBytes(file)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofADamagedMemoryTheGenerationBeforeIsUsed(Damage damage) throws IOException {
    Store store = open();
    store.saveMemory("shop", OLD);
    store.saveMemory("shop", NEW);
    damage.apply(app("memory.json"));

    assertThat(open().memory("shop")).isEqualTo(OLD);
    assertThat(warnings)
        .hasSize(2)
        .first()
        .asString()
        .contains("memory.json cannot be used")
        .contains("memory.json.corrupt-1");
    assertThat(app("memory.json.corrupt-1")).exists();
  }

  @ParameterizedTest
  @EnumSource
  void withoutAnyWholeGenerationTheMemoryIsEmptyAndIsWrittenAgain(Damage damage)
      throws IOException {
    Store store = open();
    store.saveMemory("shop", OLD);
    store.saveMemory("shop", NEW);
    damage.apply(app("memory.json"));
    damage.apply(app("memory.json.previous"));

    assertThat(open().memory("shop")).isEqualTo(Memory.EMPTY);
    open().saveMemory("shop", NEW);
    assertThat(open().memory("shop")).isEqualTo(NEW);
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedMemoryNeverTakesThePlaceOfTheGoodGeneration(Damage damage) throws IOException {
    Store store = open();
    store.saveMemory("shop", OLD);
    store.saveMemory("shop", NEW);
    damage.apply(app("memory.json"));
    store.saveMemory("shop", NEW);
    damage.apply(app("memory.json"));

    assertThat(open().memory("shop")).isEqualTo(OLD);
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedRecordIsMissingAndTheOthersAreRead(Damage damage) throws IOException {
    Store store = open();
    String other = "20261120T120001Z-4f3c2a1b9d0e";
    store.saveRecord(Samples.record(ID, SUCCEEDED, NOON));
    store.saveRecord(Samples.record(other, SUCCEEDED, NOON));
    damage.apply(app("deployments/" + ID + "/record.json"));

    assertThat(store.records("shop", 10))
        .extracting(DeploymentRecord::deploymentId)
        .containsExactly(other);
    assertThat(store.record("shop", ID)).isEmpty();
    assertThat(store.records("shop", 10)).hasSize(1);
    assertThat(warnings).singleElement().asString().contains("record.json");
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedReleaseIsMissingAndCanBeSavedAgain(Damage damage) throws IOException {
    Store store = open();
    Release release = Samples.release("acme/api:1");
    store.saveRelease(release);
    damage.apply(app("releases/" + release.id() + ".json"));

    assertThat(store.release("shop", release.id())).isEmpty();
    assertThat(warnings).hasSize(1);
    store.saveRelease(release);
    assertThat(store.release("shop", release.id())).contains(release);
  }

  @Test
  void damagedFilesDoNotPileUp() throws IOException {
    Store store = open();
    for (int i = 0; i < 8; i++) {
      store.saveMemory("shop", NEW.withPinned("%012x".formatted(i)));
      Damage.HALF.apply(app("memory.json"));
    }
    store.memory("shop");

    assertThat(names("")).filteredOn(name -> name.contains("corrupt")).hasSize(3);
  }

  @Test
  void aFileOfANewerAgentIsNeitherReadNorReplaced() throws IOException {
    Store store = open();
    Release release = Samples.release("acme/api:1");
    store.saveMemory("shop", OLD);
    store.saveRecord(Samples.record(ID, SUCCEEDED, NOON));
    store.saveRelease(release);
    List<String> files =
        List.of(
            "memory.json",
            "deployments/" + ID + "/record.json",
            "releases/" + release.id() + ".json");
    for (String file : files) {
      Files.writeString(
          app(file), Files.readString(app(file)).replace("\"format\" : 1", "\"format\" : 2"));
    }
    List<String> before = contents(files);

    assertRefused("memory.json", () -> store.memory("shop"));
    assertRefused("memory.json", () -> store.saveMemory("shop", NEW));
    assertRefused("memory.json", () -> store.dropRecords("shop", NOON.plusSeconds(1)));
    assertRefused("record.json", () -> store.record("shop", ID));
    assertRefused("record.json", () -> store.saveRecord(Samples.record(ID, SUCCEEDED, NOON)));
    assertRefused(release.id(), () -> store.release("shop", release.id()));
    assertRefused(release.id(), () -> store.saveRelease(release));
    assertThat(store.records("shop", 10)).isEmpty();
    assertThat(store.memory("other")).isEqualTo(Memory.EMPTY);
    assertThat(contents(files)).isEqualTo(before);
  }

  private static void assertRefused(
      String file, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(NewerFormatException.class)
        .hasMessageContaining(file)
        .hasMessageEndingWith(
            " has format 2 and this agent knows formats up to 1: a newer agent wrote it; run that"
                + " agent again, or move the file away");
  }

  @Test
  void withoutItsKeyAReleaseIsMissingAndUntouched() throws IOException {
    Release release = Samples.release("acme/api:1");
    open().saveRelease(release);
    Path key = state.resolve("seal.key");
    byte[] former = Files.readAllBytes(key);
    Files.delete(key);

    assertThat(open().release("shop", release.id())).isEmpty();
    assertThat(warnings).singleElement().asString().contains("seal.key");
    Files.write(key, former);
    assertThat(open().release("shop", release.id())).contains(release);
    Files.write(key, new byte[3]);
    assertThat(open().release("shop", release.id())).isEmpty();
    open().saveRelease(release);
    assertThat(open().release("shop", release.id())).contains(release);
    assertThat(Files.size(key)).isEqualTo(32);
  }

  @Test
  void aReleaseFileUnderAnotherNameIsNotThatRelease() throws IOException {
    Store store = open();
    Release one = Samples.release("acme/api:1");
    Release two = Samples.release("acme/web:1");
    store.saveRelease(one);
    store.saveRelease(two);
    Files.copy(
        app("releases/" + one.id() + ".json"),
        app("releases/" + two.id() + ".json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(store.release("shop", two.id())).isEmpty();
    assertThat(store.release("shop", one.id())).contains(one);
  }

  @Test
  void leftoversOfACrashBetweenWritingAndRenamingAreClearedAway() throws IOException {
    Store store = open();
    store.saveMemory("shop", OLD);
    store.saveRecord(Samples.record(ID, SUCCEEDED, NOON));
    store.saveRelease(Samples.release("acme/api:1"));
    for (String place : List.of("", "releases", "deployments/" + ID)) {
      Files.writeString(app(place).resolve(".x.json.tmp"), "half");
    }
    Files.createDirectories(app("config/.abc.tmp/content/deep"));
    Files.writeString(app("config/.abc.tmp/content/deep/file"), "half");

    assertThat(open().memory("shop")).isEqualTo(OLD);
    try (Stream<Path> all = Files.walk(state)) {
      assertThat(all.map(Path::toString)).noneMatch(path -> path.contains(".tmp"));
    }
  }

  @Test
  void aWriteThatTheDiskRefusesLeavesTheOldContentAndSaysWhatWasTried() throws Exception {
    open().saveMemory("shop", OLD);
    // A limit on the file's size stops a write half way, as a full disk does, for root too.
    Process process = StoreProcess.start("ulimit -f 16; ", "write-much", state);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(output)
        .startsWith("could not write " + app("memory.json") + ": ")
        .contains("File too large");
    assertThat(open().memory("shop")).isEqualTo(OLD);
    assertThat(names("")).noneMatch(name -> name.endsWith(".tmp"));
    assertThat(warnings).isEmpty();
  }

  @Test
  void aFolderThatIsInTheWayIsAnErrorAndNotALoss() throws IOException {
    Store store = open();
    store.saveMemory("shop", OLD);
    Files.createDirectories(app(".memory.json.tmp/full"));

    assertThatThrownBy(() -> store.saveMemory("shop", NEW))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("could not write " + app("memory.json") + ": ");
    assertThat(store.memory("shop")).isEqualTo(OLD);
  }

  @Test
  void whatCannotBeReadNowIsLeftAlone() throws IOException {
    Store store = open();
    Files.createDirectories(app("memory.json"));

    assertThatThrownBy(() -> store.memory("shop"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("could not read");
    assertThat(app("memory.json")).isDirectory();
  }

  @Test
  void anAgentKilledWhileItWritesLeavesWholeFiles() throws Exception {
    Random random = new Random(7);
    for (int run = 0; run < 5; run++) {
      Process process = StoreProcess.start("", "write", state);
      assertThat(process.inputReader().readLine()).isEqualTo("writing");
      assertThat(process.waitFor(20 + random.nextInt(150), TimeUnit.MILLISECONDS)).isFalse();
      process.destroyForcibly().waitFor();
      Store store = open();

      assertThat(store.memory("shop").pinned()).isNotNull();
      assertThat(store.record("shop", ID)).isPresent();
      assertThat(names("releases"))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(store.release("shop", name.substring(0, 12))).isPresent());
      assertThat(warnings).isEmpty();
      store.keepReleases("shop", List.of());
    }
  }

  private Store open() {
    return FileStore.open(state, new Redactor(), warnings::add);
  }

  private Path app(String path) {
    return state.resolve("apps/shop").resolve(path);
  }

  private List<String> names(String folder) throws IOException {
    try (Stream<Path> entries = Files.list(app(folder))) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private List<String> contents(List<String> files) throws IOException {
    List<String> contents = new ArrayList<>();
    for (String file : files) {
      contents.add(Files.readString(app(file)));
    }
    return contents;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /**
   * rename(2) of one name of a file to another of the same file does nothing and says so to none.
   */
  @Test
  void aDeathBetweenTheFormerMemoryAndTheNewOneLeavesNoThirdName() throws IOException {
    FileStore store = FileStore.open(state, new Redactor(), warnings::add);
    store.saveMemory("shop", OLD);
    store.saveMemory("shop", NEW);
    Files.delete(app("memory.json.previous"));
    Files.createLink(app("memory.json.previous"), app("memory.json"));
    store.saveMemory("shop", OLD);
    assertThat(store.memory("shop")).isEqualTo(OLD);
    try (Stream<Path> files = Files.list(app(""))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("memory.json", "memory.json.previous");
    }
  }
}
