package dev.holdfast.reconcile;

import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Environment;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.Release;
import dev.holdfast.store.Redactor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which values of a release's variables must never leave. A name that speaks of a secret, a URL
 * with a password, and anything that looks like neither a word, a number, an address nor a path.
 * Ordinary words stay readable.
 */
final class Secrets {
  private static final Pattern NAME =
      Pattern.compile(
          "PASS|PWD|SECRET|TOKEN|KEY|CREDENTIAL|PRIVATE|SALT|AUTH|DSN|SIGNATURE|COOKIE|SESSION|CERT|WEBHOOK");
  private static final Pattern URL_PASSWORD =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://[^/@\\s:]*:([^/@\\s]+)@");
  // Words, versions, addresses and paths: letters with at most two digits behind them, or up to
  // five digits, with something between.
  private static final Pattern ORDINARY =
      Pattern.compile(
          "(https?://)?/?([a-zA-Z]+[0-9]{0,2}|[0-9]{1,5})?([ ._:/,@-]+([a-zA-Z]+[0-9]{0,2}|[0-9]{1,5}))*+/?");
  // What env-files hold beside secrets, and what every log is full of.
  private static final Set<String> COMMON =
      Set.of(
          "production",
          "development",
          "staging",
          "testing",
          "default",
          "enabled",
          "disabled",
          "postgres",
          "postgresql",
          "localhost",
          "warning",
          "information");
  private static final int SHORTEST = 8;
  private static final int MOST_LINES = 100;

  private Secrets() {}

  static void register(Release release, Redactor redactor) {
    release.services().values().forEach(service -> register(service.spec().container(), redactor));
    release
        .rollout()
        .migrations()
        .forEach(migration -> register(migration.environment(), redactor));
  }

  private static void register(ContainerSpec container, Redactor redactor) {
    register(container.environment(), redactor);
    for (MountSpec mount : container.mounts()) {
      if (mount instanceof MountSpec.Given given && given.secret()) {
        register(given, redactor);
      }
    }
  }

  /** A long one by its first lines: all of them would push other secrets out of the memory. */
  private static void register(MountSpec.Given given, Redactor redactor) {
    String text = new String(given.bytes(), StandardCharsets.UTF_8);
    List<String> lines = text.lines().limit(MOST_LINES + 1L).toList();
    if (lines.size() <= MOST_LINES) {
      redactor.register(text);
    } else {
      lines.forEach(redactor::register);
    }
  }

  private static void register(Environment environment, Redactor redactor) {
    environment.values().forEach((name, value) -> register(name, value, redactor));
  }

  /**
   * Values of env-files: all of them but numbers, common words and the app's own {@code names},
   * because that is where secrets are kept.
   */
  static void registerAll(Map<String, String> variables, Set<String> names, Redactor redactor) {
    variables.forEach(
        (name, value) -> {
          register(name, value, redactor);
          boolean common = COMMON.contains(value.toLowerCase(Locale.ROOT)) || names.contains(value);
          if (!common && !value.matches("[0-9.]+")) {
            redactor.register(value);
          }
        });
  }

  /** The value where it is a secret, and the password of each URL in it. */
  static void register(String name, String value, Redactor redactor) {
    Matcher url = URL_PASSWORD.matcher(value);
    while (url.find()) {
      redactor.register(url.group(1));
    }
    if (isSecret(name, value)) {
      redactor.register(value);
    }
  }

  static boolean isSecret(String name, String value) {
    boolean named = NAME.matcher(name.toUpperCase(Locale.ROOT)).find();
    return named || (value.length() >= SHORTEST && !ORDINARY.matcher(value).matches());
  }
}
