package dev.holdfast.config;

import dev.holdfast.config.AgentConfig.Notifier;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code notifiers:}. Each has a name and exactly one kind. */
final class NotifierReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
  private static final List<String> KINDS = List.of("slack", "webhook", "email");

  private NotifierReader() {}

  /**
   * Every name that is written is there, so that an app's reference to a wrong one is not a second
   * problem.
   */
  static SortedMap<String, Notifier> read(Section section) {
    SortedMap<String, Notifier> notifiers = new TreeMap<>();
    section.each(
        (name, entry) -> {
          Notifier notifier = notifier(entry);
          section
              .key(
                  name,
                  text ->
                      Values.require(
                          NAME, text, "is not a name; use letters, digits, '.', '_' and '-'"))
              .ifPresent(valid -> notifiers.put(valid, notifier));
        });
    return notifiers;
  }

  private static Notifier notifier(Section entry) {
    List<String> given = KINDS.stream().filter(entry::has).toList();
    entry.done();
    if (given.size() != 1) {
      entry.problem("needs exactly one of " + String.join(", ", KINDS));
      return new Notifier.Slack(Secret.ofText(""));
    }
    Section kind = entry.section(given.getFirst());
    Notifier notifier =
        switch (given.getFirst()) {
          case "slack" -> new Notifier.Slack(url(kind));
          case "webhook" ->
              new Notifier.Webhook(url(kind), kind.secret("secret-file").orElse(null));
          default -> email(kind);
        };
    kind.done();
    return notifier;
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

  private static Notifier email(Section kind) {
    List<String> to = kind.list("to", Addresses::email);
    Optional<String> from = kind.parse("from", Addresses::email);
    Optional<String> smtp = kind.parse("smtp", Addresses::smtp);
    if (!kind.has("to")) {
      kind.problem("'to' is missing; list the addresses to write to");
    }
    kind.require("from", "give the sender's address");
    kind.require("smtp", "give the mail server, as smtp://127.0.0.1:25");
    return new Notifier.Email(to, from.orElse(""), smtp.orElse(""));
  }
}
