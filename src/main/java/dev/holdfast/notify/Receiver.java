package dev.holdfast.notify;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A notifier of agent.yaml. A new kind is a case here and a {@link Channel}. Secrets are read at
 * each use.
 *
 * @param on what it is told of
 */
public record Receiver(Kind kind, Set<Event> on) {
  public Receiver {
    on = Set.copyOf(on);
  }

  /** The way there; see contract §2. */
  public sealed interface Kind {
    record Slack(Supplier<String> url) implements Kind {}

    record Webhook(Supplier<String> url, @Nullable Supplier<String> secret) implements Kind {}

    record Ntfy(Supplier<String> url, @Nullable Supplier<String> token) implements Kind {}

    /** {@code username} and {@code password}: both or none. */
    record Email(
        List<String> to,
        String from,
        URI smtp,
        @Nullable String username,
        @Nullable Supplier<String> password,
        boolean requireTls)
        implements Kind {
      public Email {
        to = List.copyOf(to);
      }
    }

    /**
     * @param url of the API, without a slash at its end
     * @param repository null: that of the app's source
     * @param ofApplication the application's commit, not the source's
     */
    record Status(
        boolean gitlab,
        String url,
        @Nullable String repository,
        Supplier<String> token,
        boolean ofApplication,
        boolean deployments)
        implements Kind {}
  }

  boolean wants(Message message) {
    return on.contains(message.event())
        && (!(kind instanceof Kind.Status status) || hasCommit(status, message));
  }

  private static boolean hasCommit(Kind.Status status, Message message) {
    return forge(status, Duration.ZERO).target(message) != null;
  }

  Channel channel(Duration limit) {
    Http http = new Http(limit);
    return switch (kind) {
      case Kind.Slack slack -> new SlackChannel(http, slack.url());
      case Kind.Webhook hook -> new WebhookChannel(http, hook.url(), hook.secret());
      case Kind.Ntfy ntfy -> new NtfyChannel(http, ntfy.url(), ntfy.token());
      case Kind.Email mail ->
          new EmailChannel(
              new EmailChannel.Settings(
                  mail.to(),
                  mail.from(),
                  mail.smtp(),
                  mail.username(),
                  mail.password(),
                  mail.requireTls()),
              () -> (SSLSocketFactory) SSLSocketFactory.getDefault(),
              limit);
      case Kind.Status status when status.gitlab() -> new GitlabChannel(forge(status, limit));
      case Kind.Status status -> new GithubChannel(forge(status, limit));
    };
  }

  private static Forge forge(Kind.Status status, Duration limit) {
    return new Forge(
        new Http(limit),
        new Forge.Settings(
            status.url(),
            status.repository(),
            status.token(),
            status.ofApplication(),
            status.deployments()));
  }
}
