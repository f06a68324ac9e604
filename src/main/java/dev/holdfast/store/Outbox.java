package dev.holdfast.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What is still to be told to others, and what was: {@code outbox/<id>.json} for each message and
 * one {@code told.json}, below {@code <state>/notifications}. Each file survives a power cut whole,
 * as it was or as it became; one that is damaged is set aside and counts as missing. Safe for
 * threads as long as no two write the same id.
 */
public final class Outbox {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{24}");
  private static final String SUFFIX = ".json";
  private static final int MOST_READ = 5_000;

  private final Path messages;
  private final Path told;
  private final Documents documents;

  public Outbox(Path state, Consumer<String> warn) {
    Path folder = state.toAbsolutePath().normalize().resolve("notifications");
    this.messages = folder.resolve("outbox");
    this.told = folder.resolve("told.json");
    this.documents = new Documents(new Warnings(warn));
  }

  /** Writes a message; once this returns, no crash loses it. */
  public void put(String id, ObjectNode message) {
    documents.write(file(id), message, DurableFiles.PRIVATE);
  }

  public void remove(String id) {
    DurableFiles.remove(file(id));
  }

  /** All messages by id, of type {@code type}. What a crash left half written is cleared away. */
  public <T> SortedMap<String, T> all(JsonMapper mapper, Class<T> type) {
    SortedMap<String, T> found = new TreeMap<>();
    DurableFiles.names(messages)
        .limit(MOST_READ)
        .forEach(
            name -> {
              if (DurableFiles.isTemporary(name)) {
                DurableFiles.remove(messages.resolve(name));
              } else if (isMessage(name)) {
                documents
                    .read(messages.resolve(name), mapper, type)
                    .ifPresent(message -> found.put(id(name), message));
              }
            });
    return found;
  }

  public void writeTold(ObjectNode content) {
    documents.write(told, content, DurableFiles.PRIVATE);
  }

  public <T> Optional<T> told(JsonMapper mapper, Class<T> type) {
    return documents.read(told, mapper, type);
  }

  private static boolean isMessage(String name) {
    return name.endsWith(SUFFIX) && ID.matcher(id(name)).matches();
  }

  private static String id(String name) {
    return name.substring(0, Math.max(0, name.length() - SUFFIX.length()));
  }

  private Path file(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not the id of a message: " + id.length() + " characters");
    }
    return messages.resolve(id + SUFFIX);
  }
}
