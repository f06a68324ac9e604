package dev.holdfast.docker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person has to do about troubles of the engine's own, which its words do not say and which
 * look like the fault of a release.
 */
final class Advice {
  // Only what can be part of a name: a person copies it into a shell.
  private static final Pattern STALE_ENDPOINT =
      Pattern.compile(
          "endpoint with name ([a-zA-Z0-9_.-]+) already exists in network ([a-zA-Z0-9_.-]+)");
  private static final String NO_CHAIN = "No chain/target/match by that name";

  private Advice() {}

  /** The firewall's rules are gone: nothing with a port starts, of any release. */
  static boolean isHostBroken(String message) {
    return message.contains(NO_CHAIN);
  }

  /** To be put after the engine's words; empty for most of them. */
  static String on(String message) {
    Matcher stale = STALE_ENDPOINT.matcher(message);
    if (stale.find()) {
      return "; where `docker ps -a` shows no other container of that name the engine kept it of one"
          + " that is gone: `docker network disconnect --force "
          + stale.group(2)
          + " "
          + stale.group(1)
          + "`, or restart the engine";
    }
    return isHostBroken(message)
        ? "; the host's firewall has lost the engine's rules, as after a reload, and no release is to"
            + " blame: restart the engine, which makes them anew"
        : "";
  }
}
