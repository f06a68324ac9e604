package dev.holdfast.reconcile;

import dev.holdfast.model.Environment;
import dev.holdfast.model.Release;
import dev.holdfast.store.Redactor;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which values of a release's variables must never leave. A name that speaks of a secret, a URL with a password, and anything that
 * looks like neither a word, a number, an address nor a path. Ordinary words stay readable.
 */
final class Secrets {
  private static final Pattern NAME =
      Pattern.compile("PASS|PWD|SECRET|TOKEN|KEY|CREDENTIAL|PRIVATE|SALT|AUTH|DSN|SIGNATURE|COOKIE|SESSION|CERT|WEBHOOK");
  private static final Pattern URL_PASSWORD = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://[^/@\\s:]*:([^/@\\s]+)@");
  // Words, versions, addresses and paths: letters with at most two digits behind them, or up to five digits, with something between.
  private static final Pattern ORDINARY =
      Pattern.compile("(https?://)?/?([a-zA-Z]+[0-9]{0,2}|[0-9]{1,5})?([ ._:/,@-]+([a-zA-Z]+[0-9]{0,2}|[0-9]{1,5}))*+/?");
  private static final int SHORTEST = 8;

  private Secrets() {}

  static void register(Release release, Redactor redactor) {
    release.services().values().forEach(service -> register(service.spec().container().environment(), redactor));
    release.rollout().migrations().forEach(migration -> register(migration.environment(), redactor));
  }

  private static void register(Environment environment, Redactor redactor) {
    for (Map.Entry<String, String> variable : environment.values().entrySet()) {
      Matcher url = URL_PASSWORD.matcher(variable.getValue());
      while (url.find()) {
        redactor.register(url.group(1));
      }
      if (isSecret(variable.getKey(), variable.getValue())) {
        redactor.register(variable.getValue());
      }
    }
  }

  static boolean isSecret(String name, String value) {
    boolean named = NAME.matcher(name.toUpperCase(Locale.ROOT)).find();
    return named || (value.length() >= SHORTEST && !ORDINARY.matcher(value).matches());
  }
}
