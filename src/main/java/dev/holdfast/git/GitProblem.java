package dev.holdfast.git;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What git printed when it failed, in one line, with what to do about it where that is known. */
final class GitProblem {
  private static final Pattern NOISE =
      Pattern.compile(
          "^$|^hint:.*|.*[0-9]%.*|^Cloning into.*|^From .*|.*Could not read from remote"
              + " repository.*|^Please make sure you have.*|^and the repository"
              + " exists.*|^\\*+$|^@+$|^Warning: Permanently added.*|^error: failed to"
              + " .*refs.*|^fatal: the remote end hung up.*");
  private static final int MAX_LINES = 3;

  private GitProblem() {}

  static String reason(int exitCode, String printed, List<String> secrets) {
    List<String> lines = new ArrayList<>();
    for (String line : printed.split("[\r\n]+", -1)) {
      String clean = Masking.line(line, secrets);
      if (!NOISE.matcher(clean).matches()) {
        lines.add(clean.replaceFirst("^(fatal|error|ERROR): ", ""));
      }
    }
    List<String> last = lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size());
    String said = last.isEmpty() ? Masking.line(printed, secrets) : String.join("; ", last);
    String what = said.isEmpty() ? "git exited with " + exitCode : said;
    return what + advice(printed.toLowerCase(Locale.ROOT));
  }

  private static String advice(String printed) {
    if (printed.contains("host key verification failed")) {
      return "; check the server's key and put it into known-hosts-file (ssh-keyscan)";
    }
    if (printed.contains("unprotected private key") || printed.contains("bad permissions")) {
      return "; ssh wants ssh-key-file to be readable by its owner only (chmod 600)";
    }
    if (printed.contains("permission denied (publickey")
        || (printed.contains("identity file") && printed.contains("not accessible"))) {
      return "; check ssh-key-file, and that the server knows its public half";
    }
    if (printed.contains("could not read username")
        || printed.contains("authentication failed")
        || printed.contains("could not read password")) {
      return "; check username and password-file";
    }
    if (printed.contains("dubious ownership")) {
      return "; the repository's folder belongs to another user than the agent: change its owner,"
          + " or reach it by ssh";
    }
    if (printed.contains("not found") || printed.contains("does not appear to be a git")) {
      return "; check the url, and that the login may read it";
    }
    if (printed.contains("transport '") && printed.contains("not allowed")) {
      return "; the server redirects to another protocol: give that address as url";
    }
    return "";
  }
}
