package dev.holdfast.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One challenge of WWW-Authenticate (RFC 9110 §11.6.1): a scheme and its parameters. A header may
 * hold several challenges, parted by the same comma as their parameters; a word that no {@code =}
 * follows begins the next one.
 */
record AuthChallenge(String scheme, Map<String, String> parameters) {
  private static final Pattern NEXT =
      Pattern.compile(
          "[\\s,]*(?<name>[A-Za-z0-9!#$%&'*+.^_`|~-]+)"
              + "(?:\\s*=\\s*(?:\"(?<quoted>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|(?<plain>[^\\s,\"]*)))?");
  private static final int MAX_LENGTH = 4 * 1024;

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  static List<AuthChallenge> parse(List<String> headers) {
    List<AuthChallenge> challenges = new ArrayList<>();
    for (String header : headers) {
      if (header.length() <= MAX_LENGTH) {
        parse(header, challenges);
      }
    }
    return challenges;
  }

  private static void parse(String header, List<AuthChallenge> challenges) {
    Matcher next = NEXT.matcher(header);
    int end = 0;
    AuthChallenge current = null;
    while (next.find(end) && next.start() == end) {
      end = next.end();
      String name = next.group("name").toLowerCase(Locale.ROOT);
      String quoted = next.group("quoted");
      String plain = next.group("plain");
      if (quoted == null && plain == null) {
        current = new AuthChallenge(name, new LinkedHashMap<>());
        challenges.add(current);
      } else if (current != null) {
        String value = quoted == null ? plain : quoted.replaceAll("\\\\(.)", "$1");
        current.parameters().putIfAbsent(name, value);
      }
    }
  }

  /** Bearer before Basic, as docker does; empty where neither is offered. */
  static Optional<AuthChallenge> choose(List<String> headers) {
    List<AuthChallenge> challenges = parse(headers);
    return first(challenges, "bearer")
        .filter(bearer -> bearer.parameter("realm").isPresent())
        .or(() -> first(challenges, "basic"));
  }

  private static Optional<AuthChallenge> first(List<AuthChallenge> challenges, String scheme) {
    return challenges.stream().filter(challenge -> challenge.scheme().equals(scheme)).findFirst();
  }
}
