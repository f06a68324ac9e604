package dev.holdfast.api;

import dev.holdfast.reconcile.Apps;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
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
    SYNC(null),
    HOLD("reason"),
    RESUME(null),
    RETRY(null),
    ROLLBACK("to");

    private final @Nullable String says;

    Action(@Nullable String says) {
      this.says = says;
    }

    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The one text that it may be told: why, or to which release; null where none. */
    public @Nullable String says() {
      return says;
    }
  }

  /** Words of the contract that this version of the agent does not serve. */
  private static final List<String> NOT_YET = List.of("approve", "reject", "backup", "restore");

  /** The action of this name; a problem where there is none. */
  public static Action named(String text) {
    if (NOT_YET.contains(text)) {
      throw new ProblemException(501, "`" + text + "` is not part of this version of the agent");
    }
    return find(text)
        .orElseThrow(
            () ->
                new ProblemException(
                    404,
                    "an app can be asked to sync, rollback, hold, resume or retry, and nothing"
                        + " else"));
  }

  private static Optional<Action> find(String text) {
    return List.of(Action.values()).stream().filter(a -> a.text().equals(text)).findFirst();
  }

  /**
   * @param said the text of {@link Action#says}, or null
   */
  public void ask(Action action, String app, @Nullable String said, String by) {
    switch (action) {
      case SYNC -> apps.sync(app);
      case HOLD -> apps.hold(app, said, by);
      case RESUME -> apps.resume(app, by);
      case RETRY -> apps.retry(app, by);
      case ROLLBACK -> apps.rollback(app, said == null ? null : Ids.release(said), by);
    }
  }
}
