package dev.holdfast.git;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What git runs with: nothing of this machine's or this user's configuration, no prompt, no hook,
 * and only the one protocol that the address names, so that a redirect or a submodule cannot choose
 * another. The password goes to git by a credential helper that reads it from git's own environment
 * and is bound to the address's host; it stands in no command line, URL or file.
 */
final class GitEnvironment {
  private static final Set<String> KEPT =
      Set.of(
          "PATH",
          "TMPDIR",
          "http_proxy",
          "https_proxy",
          "HTTPS_PROXY",
          "all_proxy",
          "ALL_PROXY",
          "no_proxy",
          "NO_PROXY",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");
  private static final String HELPER =
      "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n'"
          + " \"$HOLDFAST_GIT_USERNAME\" \"$HOLDFAST_GIT_PASSWORD\"; }; f";
  private final GitSettings settings;
  private final Path home;

  GitEnvironment(GitSettings settings, Path home) {
    this.settings = settings;
    this.home = home;
  }

  List<String> options() {
    List<String> options = new ArrayList<>();
    for (String option :
        List.of(
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.askPass=",
            "credential.helper=",
            "protocol.version=2",
            "protocol.allow=never",
            "protocol." + settings.url().protocol().gitName() + ".allow=always",
            "http.followRedirects=initial",
            "http.lowSpeedLimit=100",
            "http.lowSpeedTime=60",
            "submodule.recurse=false",
            "fetch.fsckObjects=true",
            // Old tools wrote these, and git hosts let them pass.
            "fetch.fsck.zeroPaddedFilemode=ignore",
            "fetch.fsck.badTimezone=ignore",
            "fetch.fsck.missingSpaceBeforeDate=ignore",
            "fetch.fsck.missingSpaceBeforeEmail=ignore",
            "gc.auto=0",
            "maintenance.auto=false",
            "core.logAllRefUpdates=false")) {
      options.add("-c");
      options.add(option);
    }
    if (settings.url().protocol().overHttp()) {
      options.add("-c");
      options.add("credential." + settings.url().origin() + ".helper=" + HELPER);
    }
    return options;
  }

  /**
   * @param inherited the agent's own environment, of which little is passed on
   */
  Map<String, String> variables(Map<String, String> inherited, @Nullable String password) {
    Map<String, String> variables = new HashMap<>(inherited);
    variables.keySet().retainAll(KEPT);
    variables.put("HOME", home.toString());
    variables.put("LC_ALL", "C");
    variables.put("GIT_TERMINAL_PROMPT", "0");
    variables.put("GIT_CONFIG_NOSYSTEM", "1");
    variables.put("GIT_CONFIG_GLOBAL", "/dev/null");
    variables.put("GIT_ATTR_NOSYSTEM", "1");
    variables.put("GIT_LITERAL_PATHSPECS", "1");
    variables.put("GIT_NO_REPLACE_OBJECTS", "1");
    variables.put("GIT_OPTIONAL_LOCKS", "0");
    if (settings.url().protocol() == GitUrl.Protocol.SSH) {
      variables.put("GIT_SSH_COMMAND", ssh());
      variables.put("GIT_SSH_VARIANT", "ssh");
    }
    if (password != null) {
      variables.put("HOLDFAST_GIT_USERNAME", username());
      variables.put("HOLDFAST_GIT_PASSWORD", password);
    }
    return variables;
  }

  /** Git hosts that only look at the token take any name, but not none. */
  private String username() {
    String user = settings.username() == null ? settings.url().username() : settings.username();
    return user == null || user.isEmpty() ? "git" : user;
  }

  private String ssh() {
    String user = settings.username();
    List<String> options = new ArrayList<>();
    options.add("ssh -F /dev/null -a -x -T -i '" + settings.sshKey() + "'");
    if (user != null && user.matches("[A-Za-z0-9._][A-Za-z0-9._-]*")) {
      options.add("User=" + user);
    }
    options.addAll(
        List.of(
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "'UserKnownHostsFile=\"" + settings.knownHosts() + "\"'",
            "GlobalKnownHostsFile=/dev/null",
            "StrictHostKeyChecking=yes",
            "UpdateHostKeys=no",
            "BatchMode=yes",
            "PasswordAuthentication=no",
            "ControlMaster=no",
            "ConnectTimeout=10",
            "ServerAliveInterval=10",
            "ServerAliveCountMax=3"));
    return String.join(" -o ", options);
  }
}
