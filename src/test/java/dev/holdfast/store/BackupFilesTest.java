package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.backup.Draft;
import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFilesTest {
  private static final String APP = "shop";
  private static final String ID = "20261120T120000Z-4f3c2a1b9d0e";
  private static final Instant AT = Instant.parse("2026-11-20T12:00:00Z");

  @TempDir Path state;
  private final List<String> warnings = new ArrayList<>();
  private BackupFiles backups;

  @BeforeEach
  void open() {
    backups = BackupFiles.open(state, new Redactor(), warnings::add);
  }

  private Path folder() {
    return state.resolve("apps/shop/backups").resolve(ID);
  }

  private static Saved note(String name, Draft.Written written) {
    return new Saved(
        APP,
        ID,
        name,
        "command",
        "db",
        "0a1b2c3d4e5f",
        AT,
        AT,
        written.bytes(),
        written.size(),
        written.sha256(),
        true,
        Saved.Purpose.DEPLOYMENT,
        null);
  }

  private Saved take(String name, byte[] content) throws IOException {
    try (Draft draft = backups.draft(APP, ID, name)) {
      draft.sink().write(content);
      Saved saved = note(name, draft.complete());
      draft.commit(saved);
      return saved;
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatWasTakenIsThereAndReadsAsItWas() throws IOException {
    byte[] content = random(3_000_000);
    Saved saved = take("db", content);

    assertThat(backups.all(APP)).containsExactly(saved);
    assertThat(backups.open(saved).readAllBytes()).isEqualTo(content);
    assertThat(Hashes.sha256(folder().resolve("db"))).isEqualTo(saved.sha256());
    assertThat(Files.size(folder().resolve("db"))).isEqualTo(saved.size());
    assertThat(saved.bytes()).isEqualTo(content.length);
    for (String file : List.of("db", "db.json")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve(file))))
          .isEqualTo("rw-------");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void aDraftThatIsNotCommittedLeavesNothing() throws IOException {
    try (Draft draft = backups.draft(APP, ID, "db")) {
      draft.sink().write(random(100_000));
    }
    try (Draft draft = backups.draft(APP, ID, "db")) {
      draft.sink().write(random(100_000));
      assertThat(draft.complete().bytes()).isEqualTo(100_000);
      assertThat(draft.content().readAllBytes()).isEqualTo(random(100_000));
    }
    assertThat(backups.all(APP)).isEmpty();
    try (var files = Files.list(folder())) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void oneThatIsTakenAnewStandsUntilTheNewOneIsGood() throws IOException {
    Saved stood = take("db", random(1000));
    try (Draft vain = backups.draft(APP, ID, "db")) {
      vain.sink().write(random(100));
      assertThat(vain.complete().bytes()).isEqualTo(100);
    }
    assertThat(backups.all(APP)).containsExactly(stood);
    // A death: nobody closes it.
    Draft cutOff = backups.draft(APP, ID, "db");
    cutOff.sink().write(random(100));
    assertThat(cutOff.complete().bytes()).isEqualTo(100);
    backups.sweep(APP);
    assertThat(backups.open(stood).readAllBytes()).isEqualTo(random(1000));
    Saved anew = take("db", random(2000));
    assertThat(backups.all(APP)).containsExactly(anew);
    assertThat(backups.open(anew).readAllBytes()).isEqualTo(random(2000));
    try (var files = Files.list(folder())) {
      assertThat(files).hasSize(2);
    }
  }

  /** In the order in which a commit makes them. */
  private List<List<String>> statesOfAReplacement() {
    return List.of(
        List.of("db", ".db.json.old"),
        List.of(".db.old", ".db.json.old"),
        List.of(".db.old", ".db.json.old", "db.json"),
        List.of(".db.old", ".db.json.old", "db.json", "db"),
        List.of(".db.json.old", "db.json", "db"));
  }

  @Test
  void oneOfTheTwoStandsWhereverADeathCutsAReplacementOff() throws IOException {
    Saved stood = take("db", random(1000));
    byte[] oldContent = Files.readAllBytes(folder().resolve("db"));
    byte[] oldNote = Files.readAllBytes(folder().resolve("db.json"));
    Saved anew = take("db", random(2000));
    byte[] newContent = Files.readAllBytes(folder().resolve("db"));
    byte[] newNote = Files.readAllBytes(folder().resolve("db.json"));
    for (List<String> state : statesOfAReplacement()) {
      for (String file : List.of("db", "db.json")) {
        Files.deleteIfExists(folder().resolve(file));
      }
      boolean isNewNamed = state.contains("db.json") && state.contains("db");
      for (String file : state) {
        boolean isNew = file.equals("db.json") || (file.equals("db") && isNewNamed);
        byte[] content = file.contains("json") ? (isNew ? newNote : oldNote) : newContent;
        Files.write(
            folder().resolve(file), !isNew && !file.contains("json") ? oldContent : content);
      }
      Files.write(folder().resolve(".db.tmp"), newContent);
      BackupFiles next = BackupFiles.open(state(), new Redactor(), warnings::add);
      next.sweep(APP);

      Saved stands = isNewNamed ? anew : stood;
      assertThat(next.all(APP)).as("left as %s", state).containsExactly(stands);
      assertThat(next.open(stands).readAllBytes())
          .isEqualTo(isNewNamed ? random(2000) : random(1000));
      try (var files = Files.list(folder())) {
        assertThat(files).as("left as %s", state).hasSize(2);
      }
    }
  }

  private Path state() {
    return state;
  }

  /** No death: the disk, say, takes no more. */
  @Test
  void whereTheNewOneCannotBeNotedOrNamedTheFormerOneStands() throws IOException {
    Saved stood = take("db", random(1000));
    for (String inTheWay : List.of(".db.json.tmp", "")) {
      try (Draft draft = backups.draft(APP, ID, "db")) {
        draft.sink().write(random(2000));
        Saved anew = note("db", draft.complete());
        if (inTheWay.isEmpty()) {
          Files.delete(folder().resolve(".db.tmp"));
        } else {
          Files.createDirectories(folder().resolve(inTheWay).resolve("full"));
        }
        assertThatThrownBy(() -> draft.commit(anew)).isInstanceOf(UncheckedIOException.class);
      }
      DurableFiles.remove(folder().resolve(".db.json.tmp"));
      assertThat(backups.all(APP)).as("in the way: %s", inTheWay).containsExactly(stood);
      assertThat(backups.open(stood).readAllBytes()).isEqualTo(random(1000));
    }
  }

  /** As a death leaves it: nobody closes anything. */
  @Test
  void whatADeathLeftBehindIsNoBackupAndIsSweptAway() throws IOException {
    take("files", random(10));
    Draft halfway = backups.draft(APP, ID, "db");
    halfway.sink().write(random(9_000_000));
    Draft unnoted = backups.draft(APP, ID, "rows");
    unnoted.sink().write(random(10));
    assertThat(unnoted.complete().bytes()).isEqualTo(10);
    BackupFiles next = BackupFiles.open(state, new Redactor(), warnings::add);
    assertThat(next.all(APP)).extracting(Saved::name).containsExactly("files");

    next.sweep(APP);

    try (var files = Files.list(folder())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("files", "files.json");
    }
    assertThat(next.draft(APP, ID, "db").complete().bytes()).isZero();
  }

  @Test
  void whatIsAnotherFileThanWasNotedIsNotRestored() throws IOException {
    Saved saved = take("db", random(5000));
    byte[] file = Files.readAllBytes(folder().resolve("db"));
    file[1000] ^= 1;
    Files.write(folder().resolve("db"), file);
    assertThatThrownBy(() -> backups.open(saved))
        .hasMessageContaining("SHA-256")
        .hasMessageContaining("holdfast backups shop");

    Files.write(folder().resolve("db"), Arrays.copyOf(file, 100));
    assertThat(backups.all(APP)).isEmpty();
  }

  @Test
  void aNoteCountsWhereItSaysThatItIsAndForAFileOfItsOwnOnly() throws IOException {
    Saved saved = take("db", random(50));
    Path other = Files.createDirectories(folder().resolveSibling("20261001T000000Z-aaaaaaaaaaaa"));
    Files.copy(folder().resolve("db"), other.resolve("db"));
    Files.copy(folder().resolve("db.json"), other.resolve("db.json"));
    Files.copy(folder().resolve("db"), folder().resolve("rows"));
    Files.copy(folder().resolve("db.json"), folder().resolve("rows.json"));
    assertThat(backups.all(APP)).containsExactly(saved);

    Path elsewhere = Files.move(folder().resolve("db"), state.resolve("db"));
    Files.createSymbolicLink(folder().resolve("db"), elsewhere);
    assertThat(backups.all(APP)).as("a link is no backup").isEmpty();
  }

  @Test
  void oneThatCannotGetItsNameLeavesNoNote() throws IOException {
    try (Draft draft = backups.draft(APP, ID, "db")) {
      draft.sink().write(random(50));
      Saved saved = note("db", draft.complete());
      Files.delete(folder().resolve(".db.tmp"));
      assertThatThrownBy(() -> draft.commit(saved)).hasMessageContaining("write backup");
    }
    assertThat(folder().resolve("db.json")).doesNotExist();
    assertThat(folder().resolve(".db.tmp")).doesNotExist();
  }

  /** The next one of the same name died half-way. */
  @Test
  void aSweepTakesNoNoteOfABackupThatStands() throws IOException {
    Saved saved = take("db", random(50));
    Files.writeString(folder().resolve(".db.tmp"), "half of the next");
    backups.sweep(APP);
    assertThat(backups.all(APP)).containsExactly(saved);
    assertThat(folder().resolve(".db.tmp")).doesNotExist();
  }

  @Test
  void aDamagedNoteIsSetAsideAndItsFileStays() throws IOException {
    take("db", random(50));
    Files.writeString(folder().resolve("db.json"), "{\"format\":1,");
    assertThat(backups.all(APP)).isEmpty();
    backups.sweep(APP);
    assertThat(folder().resolve("db")).exists();
    assertThat(warnings).hasSize(1);
  }

  @Test
  void whatIsRemovedIsGoneWithItsFolder() throws IOException {
    backups.remove(take("db", random(50)));
    assertThat(folder()).doesNotExist();
  }

  /** Also what is called as a backup is: unpacked beside it, or copied back before its note. */
  @Test
  void whatSomebodyElsePutThereStays() throws IOException {
    take("db", random(50));
    Path other = Files.createDirectories(folder().resolveSibling("20261001T000000Z-aaaaaaaaaaaa"));
    List<Path> theirs =
        List.of(
            Files.writeString(folder().resolve("README.txt"), "copied to tape"),
            Files.writeString(folder().resolve("dump"), "zstd -dc db > dump"),
            Files.writeString(folder().resolve("notes.json"), "{}"),
            Files.writeString(folder().resolve(".DUMP.tmp"), "theirs"),
            Files.writeString(other.resolve("db"), "copied back; its note comes next"));
    backups.sweep(APP);
    assertThat(theirs).allMatch(Files::exists);
  }

  /** A death between the note and the name. */
  @Test
  void aNoteWhoseContentHasNoNameYetIsNoBackupAndIsSweptAway() throws IOException {
    take("db", random(50));
    Files.move(folder().resolve("db"), folder().resolve(".db.tmp"));
    assertThat(backups.all(APP)).isEmpty();
    backups.sweep(APP);
    assertThat(folder()).doesNotExist();
  }

  @Test
  void namesThatCouldLeaveTheFolderAreRefused() {
    for (String name : List.of("../db", "", ".db", "a/b", "db.json", "Db", "a".repeat(64))) {
      assertThatThrownBy(() -> backups.draft(APP, ID, name))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> backups.draft(APP, "../..", "db"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLastRequestIsRemembered() {
    assertThat(backups.operation(APP)).isEmpty();
    Operation operation =
        new Operation(ID, Operation.Kind.RESTORE, ID, List.of("db"), true, "ann", AT);
    backups.save(APP, operation);
    backups.save(APP, operation.at(Operation.Phase.BEGUN));
    assertThat(backups.operation(APP)).contains(operation.at(Operation.Phase.BEGUN));
  }

  @Test
  void whatCameOfARequestNamesNoSecret() {
    Redactor redactor = new Redactor();
    redactor.register("hunter2-hunter2");
    BackupFiles careful = BackupFiles.open(state, redactor, warnings::add);
    Operation operation =
        new Operation(ID, Operation.Kind.RESTORE, ID, List.of("db"), true, "ann", AT);
    careful.save(
        APP, operation.ended(Operation.Phase.FAILED, AT, "psql: hunter2-hunter2 is wrong"));
    assertThat(careful.operation(APP).orElseThrow().message()).isEqualTo("psql: *** is wrong");
  }
}
