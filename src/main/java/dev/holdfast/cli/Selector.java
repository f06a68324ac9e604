package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * Which release a person or CI waits for. A commit is the application's of versions.yaml, or the
 * revision of the source.
 */
sealed interface Selector {
  int SHORTEST_COMMIT = 7;

  /** Whether a deployment was for it. */
  boolean ofRecord(JsonNode record);

  /** Whether it is what the app is to become now. */
  boolean isDesired(JsonNode app);

  String text();

  /** The desired release, whichever it is. */
  record Desired() implements Selector {
    @Override
    public boolean ofRecord(JsonNode record) {
      return false;
    }

    @Override
    public boolean isDesired(JsonNode app) {
      return true;
    }

    @Override
    public String text() {
      return "its desired release";
    }
  }

  record Release(String id) implements Selector {
    @Override
    public boolean ofRecord(JsonNode record) {
      return id.equals(StatusView.text(record, "release"));
    }

    @Override
    public boolean isDesired(JsonNode app) {
      return id.equals(StatusView.text(app.path("desired"), "release"));
    }

    @Override
    public String text() {
      return "release " + id;
    }
  }

  record Version(String name) implements Selector {
    @Override
    public boolean ofRecord(JsonNode record) {
      return name.equals(StatusView.text(record, "version"));
    }

    @Override
    public boolean isDesired(JsonNode app) {
      return name.equals(StatusView.text(app.path("desired"), "version"));
    }

    @Override
    public String text() {
      return "version " + name;
    }
  }

  record Commit(String prefix) implements Selector {
    public Commit {
      if (!prefix.matches("[0-9a-fA-F]{" + SHORTEST_COMMIT + ",64}")) {
        throw new CliException(
            CliException.USAGE,
            "--commit needs " + SHORTEST_COMMIT + " or more hexadecimal digits of a commit");
      }
      prefix = prefix.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean ofRecord(JsonNode record) {
      return names(StatusView.text(record, "commit")) || names(StatusView.text(record, "git_sha"));
    }

    @Override
    public boolean isDesired(JsonNode app) {
      return names(StatusView.text(app.path("desired"), "commit"))
          || names(StatusView.text(app.path("source"), "revision"));
    }

    /** versions.yaml may itself name a shorter commit than CI asks for. */
    private boolean names(String commit) {
      boolean longEnough = commit.length() >= SHORTEST_COMMIT;
      return longEnough && (commit.startsWith(prefix) || prefix.startsWith(commit));
    }

    @Override
    public String text() {
      return "commit " + prefix;
    }
  }

  static boolean runsDesired(JsonNode app) {
    String desired = StatusView.text(app.path("desired"), "release");
    return StatusView.text(app, "phase").equals("Synced")
        && !desired.isEmpty()
        && desired.equals(StatusView.text(app, "release"));
  }
}
