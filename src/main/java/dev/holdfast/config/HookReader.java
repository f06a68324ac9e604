package dev.holdfast.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** {@code hooks:}. Each has a name, which is part of its address, and a secret. */
final class HookReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
  private static final int MOST = 100;

  private HookReader() {}

  /**
   * @param apps the names that agent.yaml gives to apps, right or wrong
   */
  static SortedMap<String, HookConfig> read(Section section, Set<String> apps) {
    SortedMap<String, HookConfig> hooks = new TreeMap<>();
    section.each(
        (name, entry) -> {
          Optional<Secret> secret = entry.secret("secret-file");
          List<String> named = entry.list("apps", text -> known(text, apps));
          entry.done();
          entry.require("secret-file", "name the file with the secret that the sender has too");
          section
              .key(name, HookReader::name)
              .ifPresent(
                  valid ->
                      secret.ifPresent(
                          value -> hooks.put(valid, new HookConfig(value, new TreeSet<>(named)))));
        });
    if (hooks.size() > MOST) {
      section.problem("holds more than " + MOST + " hooks; one may wake several apps");
    }
    return hooks;
  }

  private static String known(String text, Set<String> apps) {
    if (!apps.contains(text)) {
      throw new IllegalArgumentException("is not among the apps" + Closest.hint(text, apps));
    }
    return text;
  }

  private static String name(String text) {
    return Values.require(NAME, text, "is not a name; use letters, digits, '.', '_' and '-'");
  }
}
