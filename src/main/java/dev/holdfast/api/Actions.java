package dev.holdfast.api;

import dev.holdfast.reconcile.Apps;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What may be asked to be done with an app, by the API and by the page alike. */
@ApplicationScoped
public class Actions {
  private final Apps apps;

  Actions(Apps apps) {
    this.apps = apps;
  }

  /** Spelled as here in addresses. */
  public enum Action {
    SYNC("reason"),
    HOLD("reason"),
    RESUME(null),
    RETRY(null),
    ROLLBACK("to"),
    BACKUP("name"),
    APPROVE(null),
    REJECT("reason");

    private final @Nullable String says;

    Action(@Nullable String says) {
      this.says = says;
    }

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one text that it may be told: why, or to which release; null where none. */
    public @Nullable String says() {
      return says;
    }

    /** Whether it is about the release that waits, which may be named. */
    public boolean isAnswer() {
      return this == APPROVE || this == REJECT;
    }
  }

  /** The action of this name; a problem where there is none. */
  public static Action named(String text) {
    return find(text)
        .orElseThrow(
            () ->
                new ProblemException(
                    404,
                    "an app can be asked to sync, rollback, approve, reject, hold, resume, retry,"
                        + " backup or restore, and nothing else"));
  }

  private static Optional<Action> find(String text) {
    return List.of(Action.values()).stream().filter(a -> a.text().equals(text)).findFirst();
  }

  /**
   * What comes with it.
   *
   * @param text that of {@link Action#says}
   * @param release of an answer; null: the one that waits
   * @param now through a closed window and a freeze
   */
  public record Said(@Nullable String text, @Nullable String release, boolean now) {
    public static final Said NOTHING = new Said(null, null, false);

    @Nullable String checkedRelease() {
      return release == null ? null : Ids.release(release);
    }
  }

  public void ask(Action action, String app, Said said, String by) {
    String text = said.text();
    switch (action) {
      case SYNC -> sync(app, said, by);
      case HOLD -> apps.hold(app, text, by);
      case RESUME -> apps.resume(app, by);
      case RETRY -> apps.retry(app, by);
      case ROLLBACK -> apps.rollback(app, text == null ? null : Ids.release(text), by);
      case BACKUP -> apps.backup(app, text, by);
      case APPROVE -> apps.approve(app, said.checkedRelease(), by);
      case REJECT -> apps.reject(app, said.checkedRelease(), text, by);
    }
  }

  private void sync(String app, Said said, String by) {
    String reason = said.text();
    if (!said.now() && reason == null) {
      apps.sync(app);
    } else if (!said.now()) {
      throw new ProblemException(400, "a `reason` goes with `now` alone");
    } else if (reason == null || reason.isBlank()) {
      throw new ProblemException(
          400, "`now` goes through a window or a freeze and needs a `reason`, for the record");
    } else {
      apps.syncNow(app, reason.strip(), by);
    }
  }
}
