package dev.holdfast.config;

import dev.holdfast.config.NotifierConfig.Channel;
import dev.holdfast.config.NotifierConfig.Commit;
import dev.holdfast.config.NotifierConfig.Event;
import dev.holdfast.config.NotifierConfig.ForgeKind;
import dev.holdfast.config.NotifierConfig.Login;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code notifiers:}. Each has a name, exactly one kind and what it is told of. */
final class NotifierReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
  private static final Pattern REPOSITORY =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+");
  private static final List<String> KINDS =
      List.of("slack", "webhook", "email", "ntfy", "github", "gitlab");
  private static final int MOST = 32;

  private NotifierReader() {}

  /**
   * Every name that is written is there, so that an app's reference to a wrong one is not a second
   * problem.
   */
  static SortedMap<String, NotifierConfig> read(Section section) {
    SortedMap<String, NotifierConfig> notifiers = new TreeMap<>();
    section.each(
        (name, entry) -> {
          NotifierConfig notifier = notifier(entry);
          section
              .key(name, NotifierReader::name)
              .ifPresent(valid -> notifiers.put(valid, notifier));
        });
    if (notifiers.size() > MOST) {
      section.problem("holds more than " + MOST + " notifiers; several apps may share one");
    }
    return notifiers;
  }

  private static String name(String text) {
    return Values.require(NAME, text, "is not a name; use letters, digits, '.', '_' and '-'");
  }

  private static NotifierConfig notifier(Section entry) {
    List<String> given = KINDS.stream().filter(entry::has).toList();
    Set<Event> allowed =
        given.equals(List.of("github")) || given.equals(List.of("gitlab"))
            ? NotifierConfig.FOR_COMMITS
            : EnumSet.allOf(Event.class);
    Set<Event> on = on(entry, allowed);
    entry.done();
    if (given.size() != 1) {
      entry.problem("needs exactly one of " + String.join(", ", KINDS));
      return new NotifierConfig(new Channel.Slack(Secret.ofText("")), on);
    }
    Section kind = entry.section(given.getFirst());
    Channel channel =
        switch (given.getFirst()) {
          case "slack" -> new Channel.Slack(url(kind));
          case "webhook" -> new Channel.Webhook(url(kind), kind.secret("secret-file").orElse(null));
          case "ntfy" -> new Channel.Ntfy(url(kind), kind.secret("token-file").orElse(null));
          case "github" -> forge(kind, ForgeKind.GITHUB, "https://api.github.com");
          case "gitlab" -> forge(kind, ForgeKind.GITLAB, "https://gitlab.com");
          default -> email(kind);
        };
    kind.done();
    return new NotifierConfig(channel, on);
  }

  private static Set<Event> on(Section entry, Set<Event> allowed) {
    Function<String, Event> parser = Values.oneOf(Event.class);
    List<Event> chosen =
        entry.list(
            "on",
            text -> {
              Event event = parser.apply(text);
              if (!allowed.contains(event)) {
                throw new IllegalArgumentException(
                    "is not about a commit; its status can follow a deployment alone");
              }
              return event;
            });
    if (!chosen.isEmpty()) {
      return EnumSet.copyOf(chosen);
    }
    if (entry.has("on") && entry.isEmptyList("on")) {
      entry.problem("on", "names nothing to tell of; name some, or remove the notifier");
    }
    return allowed.size() == Event.values().length ? NotifierConfig.FOR_PEOPLE : allowed;
  }

  /** {@code url} or {@code url-file}: an address that lets whoever knows it in is a secret. */
  private static Secret url(Section kind) {
    Optional<String> url = kind.parse("url", Addresses::httpUrl);
    Optional<Secret> file = kind.secret("url-file");
    if (kind.has("url") == kind.has("url-file")) {
      kind.problem("needs either url or url-file");
    }
    return Stream.concat(url.stream().map(Secret::ofText), file.stream())
        .findFirst()
        .orElse(Secret.ofText(""));
  }

  private static Channel email(Section kind) {
    List<String> to = kind.list("to", Addresses::email);
    Optional<String> from = kind.parse("from", Addresses::email);
    Optional<String> smtp = kind.parse("smtp", Addresses::smtp);
    Optional<String> username = kind.parse("username", NotifierReader::oneLine);
    Optional<Secret> password = kind.secret("password-file");
    boolean requireTls = kind.flag("require-tls");
    if (!kind.has("to")) {
      kind.problem("'to' is missing; list the addresses to write to");
    }
    kind.require("from", "give the sender's address");
    kind.require("smtp", "give the mail server, as smtp://127.0.0.1:25");
    if (kind.has("username") != kind.has("password-file")) {
      kind.problem("username and password-file belong together; give both or none");
    }
    @Nullable Login login =
        username.isPresent() && password.isPresent()
            ? new Login(username.get(), password.get())
            : null;
    return new Channel.Email(to, from.orElse(""), smtp.orElse(""), login, requireTls);
  }

  private static String oneLine(String text) {
    return Values.require(Pattern.compile("[^\\p{Cntrl}]+"), text, "is not a name to log in with");
  }

  private static Channel forge(Section kind, ForgeKind forge, String publicApi) {
    String url = kind.parse("url", Addresses::forgeUrl).orElse(publicApi);
    Optional<String> repository =
        kind.parse(
            "repository",
            text -> Values.require(REPOSITORY, text, "is not a repository; write it as acme/shop"));
    Optional<Secret> token = kind.secret("token-file");
    Commit commit = kind.parse("commit", Values.oneOf(Commit.class)).orElse(Commit.SOURCE);
    boolean deployments = !kind.has("deployments") || kind.flag("deployments");
    kind.require("token-file", "name the file with a token that may write statuses");
    if (commit == Commit.APPLICATION && !kind.has("repository")) {
      kind.problem(
          "commit: application needs repository, since the app's source is another repository");
    }
    return new Channel.Forge(
        forge, url, repository.orElse(null), token.orElse(Secret.ofText("")), commit, deployments);
  }
}
