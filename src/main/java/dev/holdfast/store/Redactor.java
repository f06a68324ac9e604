package dev.holdfast.store;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Replaces secret values by {@code ***} in whatever leaves: logs, records, outputs. Longer values
 * go first, so that one that holds another leaves nothing of itself. Values shorter than {@value
 * #SHORTEST} characters are not replaced: they would hit ordinary words. Safe for threads;
 * remembers the last {@value #REMEMBERED} values.
 */
public final class Redactor {
  static final int SHORTEST = 6;
  static final int REMEMBERED = 10_000;
  private static final String HIDDEN = "***";

  private final Set<String> secrets = new LinkedHashSet<>();
  private volatile List<String> longestFirst = List.of();

  /** From now on the value, each line of it and its percent-encoded form are hidden. */
  public synchronized void register(String secret) {
    boolean added = add(secret.strip());
    added |= add(URLEncoder.encode(secret.strip(), StandardCharsets.UTF_8).replace("+", "%20"));
    for (String line : secret.lines().toList()) {
      added |= add(line.strip());
    }
    if (added) {
      longestFirst =
          secrets.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }
  }

  private boolean add(String secret) {
    if (secret.length() < SHORTEST || !secrets.add(secret)) {
      return false;
    }
    if (secrets.size() > REMEMBERED) {
      secrets.remove(secrets.iterator().next());
    }
    return true;
  }

  public String redact(String text) {
    String result = text;
    for (String secret : longestFirst) {
      if (result.contains(secret)) {
        result = result.replace(secret, HIDDEN);
      }
    }
    return result;
  }
}
