package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SameFilesTest {
  @TempDir Path folder;

  private final SameFiles<String> files = new SameFiles<>(2);
  private int reads;

  private Optional<String> value(Path file) {
    return files.value(
        file,
        () -> {
          reads++;
          try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private Path written(String name, String content) {
    Path file = folder.resolve(name);
    DurableFiles.write(file, content.getBytes(StandardCharsets.UTF_8), DurableFiles.SHARED);
    return file;
  }

  @Test
  void theVerySameFileIsReadOnce() {
    Path file = written("a", "one");
    assertThat(value(file)).hasValue("one");
    assertThat(value(file)).hasValue("one");
    assertThat(reads).isEqualTo(1);
  }

  @Test
  void oneThatTookItsPlaceIsRead() {
    value(written("a", "one"));
    assertThat(value(written("a", "two"))).hasValue("two");
  }

  @Test
  void oneOfTheSameTimeAndLengthIsAnotherFileAllTheSame() throws IOException {
    FileTime time = FileTime.fromMillis(1_000);
    Path file = Files.setLastModifiedTime(written("a", "one"), time);
    value(file);
    Path other = Files.setLastModifiedTime(written("b", "two"), time);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    assertThat(value(file)).hasValue("two");
  }

  @Test
  void whatIsReadWhileItIsReplacedIsReadAgain() {
    Path file = written("a", "one");
    assertThat(
            files.value(
                file,
                () -> {
                  written("a", "two");
                  return Optional.of("one");
                }))
        .hasValue("one");
    assertThat(value(file)).hasValue("two");
  }

  @Test
  void oneThatWasChangedInItsPlaceIsRead() throws IOException {
    Path file = written("a", "one");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    value(file);
    Files.writeString(file, "two");
    assertThat(value(file)).hasValue("two");
  }

  @Test
  void oneThatIsGoneIsNotKnownAnyMore() throws IOException {
    Path file = written("a", "one");
    value(file);
    Files.delete(file);
    assertThat(value(file)).isEmpty();
    assertThat(value(written("a", "one"))).hasValue("one");
    assertThat(reads).isEqualTo(3);
  }

  @Test
  void noMoreThanSoManyAreKept() {
    Path first = written("a", "one");
    value(first);
    value(written("b", "two"));
    value(written("c", "three"));
    value(first);
    assertThat(reads).isEqualTo(4);
  }
}
