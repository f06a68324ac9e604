package dev.holdfast.agent;

import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AppConfig;
import dev.holdfast.config.AppConfig.Origin;
import dev.holdfast.config.NotifierConfig;
import dev.holdfast.config.NotifierConfig.Channel;
import dev.holdfast.config.NotifierConfig.Commit;
import dev.holdfast.config.NotifierConfig.ForgeKind;
import dev.holdfast.git.GitUrl;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.notify.Event;
import dev.holdfast.notify.Happening;
import dev.holdfast.notify.Happening.Subject;
import dev.holdfast.notify.Notifications;
import dev.holdfast.notify.Receiver;
import dev.holdfast.notify.Receiver.Kind;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.Phase;
import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What of the agent's signals may be worth a message, in the words of the notifications: collects
 * what one look at an app met, and hands it over with who is told of that app.
 */
final class Notices {
  private static final String DEGRADED = "degraded";
  private final Notifications notifications;
  private final Map<String, Map<String, String>> met = new ConcurrentHashMap<>();
  private volatile Map<String, Subject> subjects = Map.of();

  Notices(Notifications notifications) {
    this.notifications = notifications;
  }

  void use(AgentConfig config) {
    subjects =
        config.apps().values().stream()
            .filter(app -> !app.notifiers().isEmpty())
            .collect(Collectors.toUnmodifiableMap(AppConfig::name, Notices::subject));
    notifications.use(
        config.server(),
        config.environment(),
        config.notifiers().entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> receiver(e.getValue()))));
  }

  void problem(String app, String kind, String message) {
    if (subjects.containsKey(app)) {
      met.computeIfAbsent(app, name -> new ConcurrentHashMap<>()).put(kind, message);
    }
  }

  void looked(AppView view) {
    Subject subject = subjects.get(view.app());
    Map<String, String> found = met.remove(view.app());
    if (subject != null) {
      Map<String, String> troubles = new TreeMap<>(found == null ? Map.of() : found);
      if (troubles.isEmpty() && isDegraded(view)) {
        troubles.put(DEGRADED, Objects.requireNonNullElse(view.reason(), ""));
      }
      notifications.happened(
          new Happening.Looked(subject, troubles, unknown(view, troubles.keySet())));
      AppView.Approval approval = view.approval();
      String deployment = view.deployment();
      if (approval != null && approval.state().equals("waiting") && deployment != null) {
        notifications.happened(new Happening.Asked(subject, deployment));
      }
    }
  }

  /** That a release failed was told when it did; what else is wrong is told beside it. */
  private static boolean isDegraded(AppView view) {
    AppView.Named desired = view.desired();
    boolean quarantined =
        desired != null
            && view.quarantined().stream().anyMatch(q -> q.release().equals(desired.release()));
    boolean unwell =
        view.services().stream()
            .flatMap(service -> service.containers().stream())
            .anyMatch(Notices::isUnwell);
    boolean owed = view.hold() != null && !view.hold().owed().isEmpty();
    return owed || (view.phase() == Phase.Degraded && (!quarantined || unwell));
  }

  private static boolean isUnwell(ContainerView container) {
    return "unhealthy".equals(container.health()) || container.state().equals("restarting");
  }

  /** A look ends at the first thing that it cannot know; what comes after it was not looked for. */
  private static Set<String> unknown(AppView view, Set<String> met) {
    Set<String> unknown = new HashSet<>();
    if (met.contains("source")) {
      unknown.addAll(Set.of("files", "registry"));
    } else if (met.contains("files")) {
      unknown.add("registry");
    }
    if (view.phase() == Phase.Unknown) {
      unknown.addAll(Set.of(DEGRADED, "project", "network"));
    } else if (view.phase() != Phase.Synced) {
      // A deployment goes on, or something else is wrong: neither says that the app is well.
      unknown.add(DEGRADED);
    }
    if (met.contains("state") || met.contains("internal")) {
      unknown.addAll(Set.of("source", "files", "registry", "engine"));
    }
    return unknown;
  }

  void deployment(DeploymentRecord record) {
    Subject subject = subjects.get(record.app());
    if (subject != null) {
      notifications.happened(new Happening.Deployment(subject, record));
    }
  }

  void appGone(String app) {
    met.remove(app);
    notifications.happened(new Happening.Gone(new Subject(app, Set.of(), "")));
  }

  private static Subject subject(AppConfig app) {
    String repository =
        switch (app.source()) {
          case Origin.Git git -> repository(git.url());
          case Origin.Directory _ -> "";
        };
    return new Subject(app.name(), Set.copyOf(app.notifiers()), repository);
  }

  /** {@code acme/shop} of {@code https://github.com/acme/shop.git}. */
  static String repository(String url) {
    GitUrl parsed = GitUrl.parse(url);
    if (parsed.protocol() == GitUrl.Protocol.FILE) {
      return "";
    }
    String path = parsed.toString().replaceFirst("^(?:[a-z]+://[^/]*/|[^/:]*:)", "");
    return path.replaceAll("^/+|/+$", "").replaceFirst("\\.git$", "");
  }

  private static Receiver receiver(NotifierConfig config) {
    Set<Event> on =
        config.on().stream()
            .map(event -> Event.valueOf(event.name()))
            .collect(Collectors.toUnmodifiableSet());
    return new Receiver(kind(config.channel()), on);
  }

  private static Kind kind(Channel channel) {
    return switch (channel) {
      case Channel.Slack slack -> new Kind.Slack(slack.url());
      case Channel.Webhook hook -> new Kind.Webhook(hook.url(), hook.secret());
      case Channel.Ntfy ntfy -> new Kind.Ntfy(ntfy.url(), ntfy.token());
      case Channel.Email mail -> {
        NotifierConfig.Login login = mail.login();
        yield new Kind.Email(
            mail.to(),
            mail.from(),
            URI.create(mail.smtp()),
            login == null ? null : login.username(),
            login == null ? null : login.password(),
            mail.requireTls());
      }
      case Channel.Forge forge ->
          new Kind.Status(
              forge.kind() == ForgeKind.GITLAB,
              forge.url(),
              forge.repository(),
              forge.token(),
              forge.commit() == Commit.APPLICATION,
              forge.deployments());
    };
  }
}
