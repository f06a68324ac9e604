package dev.holdfast.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom to tell, and of what.
 *
 * @param on never empty
 */
public record NotifierConfig(Channel channel, Set<Event> on) {
  /** What people want to know; that something begins, or was overtaken, they can look up. */
  static final Set<Event> FOR_PEOPLE =
      Collections.unmodifiableSet(
          EnumSet.complementOf(EnumSet.of(Event.STARTED, Event.SUPERSEDED)));

  /** A commit's status is about deployments. */
  static final Set<Event> FOR_COMMITS =
      Collections.unmodifiableSet(EnumSet.range(Event.STARTED, Event.SUPERSEDED));

  public NotifierConfig {
    on = Collections.unmodifiableSet(EnumSet.copyOf(on));
  }

  /** Spelled in lower case with hyphens. The first seven are a deployment's. */
  public enum Event {
    STARTED,
    SUCCEEDED,
    FAILED,
    ROLLED_BACK,
    ROLLBACK_FAILED,
    DEGRADED,
    SUPERSEDED,
    APPROVAL_WAITING,
    TROUBLE,
    RECOVERED
  }

  /** The way there. An address that lets in whoever knows it is a secret. */
  public sealed interface Channel {
    record Slack(Secret url) implements Channel {}

    record Webhook(Secret url, @Nullable Secret secret) implements Channel {}

    record Ntfy(Secret url, @Nullable Secret token) implements Channel {}

    /**
     * @param smtp {@code smtp://} or {@code smtps://} with host and perhaps port
     * @param requireTls never send a mail in the clear
     */
    record Email(
        List<String> to, String from, String smtp, @Nullable Login login, boolean requireTls)
        implements Channel {
      public Email {
        to = List.copyOf(to);
      }
    }

    /**
     * @param url of the API, without a slash at its end
     * @param repository null: that of the app's git source
     * @param commit whose status it is
     * @param deployments tell the forge of the deployment too, not of the commit alone
     */
    record Forge(
        ForgeKind kind,
        String url,
        @Nullable String repository,
        Secret token,
        Commit commit,
        boolean deployments)
        implements Channel {}
  }

  public record Login(String username, Secret password) {}

  public enum ForgeKind {
    GITHUB,
    GITLAB
  }

  /** The commit of the source, or the application's that versions.yaml names. */
  public enum Commit {
    SOURCE,
    APPLICATION
  }
}
