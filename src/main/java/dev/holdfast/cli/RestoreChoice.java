package dev.holdfast.cli;

import static dev.holdfast.cli.StatusView.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which backups a restore would put back: what a person is shown before it is done. */
record RestoreChoice(String app, String id, List<JsonNode> backups) {
  private static final String LATEST = "latest";

  /**
   * @param data what the agent says of the app's backups
   * @param backup an id, or {@code latest}
   * @param name null: each of that id
   */
  static RestoreChoice of(JsonNode data, String app, String backup, @Nullable String name) {
    List<JsonNode> all = new ArrayList<>();
    data.path("backups").forEach(all::add);
    List<JsonNode> named =
        all.stream().filter(taken -> name == null || text(taken, "name").equals(name)).toList();
    String id = backup.equals(LATEST) ? latest(data, named, name) : backup;
    List<JsonNode> chosen = named.stream().filter(taken -> text(taken, "id").equals(id)).toList();
    if (chosen.isEmpty()) {
      throw new CliException(
          CliException.FAILED,
          "there is no such backup; `holdfast backups " + app + "` lists those that stand");
    }
    return new RestoreChoice(app, id, chosen);
  }

  private static String latest(JsonNode data, List<JsonNode> named, @Nullable String name) {
    return name == null
        ? text(data, LATEST)
        : named.stream()
            .filter(taken -> !text(taken, "purpose").equals("before-restore"))
            .map(taken -> text(taken, "id"))
            .findFirst()
            .orElse("");
  }

  List<String> lines(boolean noSafety, boolean olderSchema, Instant now) {
    String names =
        backups.stream()
            .map(taken -> text(taken, "name"))
            .sorted()
            .collect(Collectors.joining(", "));
    JsonNode first = backups.getFirst();
    String release = text(first, "release");
    List<String> lines = new ArrayList<>();
    lines.add("This replaces " + names + " of " + app + " by backup " + id + ",");
    lines.add(
        "taken "
            + Ages.since(text(first, "taken_at"), now)
            + " ago"
            + (release.isEmpty() ? "" : " under release " + release)
            + (noSafety ? "; what is there now is lost." : "; what is there now is saved first."));
    if (first.path("older_schema").asBoolean()) {
      String why = "The data has been migrated since: its schema is older than what runs wants";
      if (!olderSchema) {
        throw new CliException(
            CliException.FAILED,
            why
                + ". Go back to that release first (`holdfast rollback "
                + app
                + "`), or add --older-schema");
      }
      lines.add(why + ".");
    }
    lines.add("The services that use it stop meanwhile.");
    return lines;
  }
}
