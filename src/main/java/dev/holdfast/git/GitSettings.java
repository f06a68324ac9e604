package dev.holdfast.git;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What agent.yaml says about a git source.
 *
 * @param path the app's folder in the repository; empty for its root
 * @param username with {@code password}, for http and https
 * @param password asked at each use, so that a rotated file counts at once
 * @param sshKey with {@code knownHosts}, for ssh; both absolute
 */
public record GitSettings(
    GitUrl url,
    String ref,
    String path,
    @Nullable String username,
    @Nullable Supplier<String> password,
    @Nullable Path sshKey,
    @Nullable Path knownHosts) {
  // Quotes and backslashes end ssh's own quoting, % and $ begin its expansions.
  private static final Pattern SSH_PATH = Pattern.compile("/[^\\p{Cntrl}\"'\\\\%$`]+");

  /**
   * @throws IllegalArgumentException that says which setting is wrong, and why
   */
  public GitSettings {
    ref = new GitRef(ref).written();
    path = folder(path);
    if (url.protocol() == GitUrl.Protocol.SSH) {
      requireSshFile("ssh-key-file", sshKey);
      requireSshFile("known-hosts-file", knownHosts);
    }
    boolean login = password != null || url.password() != null;
    if (login && url.readableByBystanders()) {
      throw new IllegalArgumentException(
          "cannot send a password to "
              + url
              + " because plain http shows it to everybody on the"
              + " way; use https");
    }
  }

  private static void requireSshFile(String key, @Nullable Path file) {
    if (file == null) {
      throw new IllegalArgumentException("git over ssh needs " + key);
    }
    if (!SSH_PATH.matcher(file.toString()).matches()) {
      throw new IllegalArgumentException(
          key + " must be an absolute path without quotes, backslash, $ and %: " + file);
    }
  }

  private static String folder(String path) {
    String folder = path.replaceAll("^(\\./)+", "").replaceAll("/+$", "");
    if (folder.isEmpty() || folder.equals(".")) {
      return "";
    }
    List<String> parts = List.of(folder.split("/", -1));
    boolean wrong =
        folder.startsWith("/")
            || parts.contains("..")
            || parts.contains(".")
            || parts.contains("")
            || folder.chars().anyMatch(c -> c < ' ' || c == 127);
    if (wrong) {
      throw new IllegalArgumentException(
          "path must be a folder of the repository, without '..': "
              + Masking.line(path, List.of()));
    }
    return folder;
  }

  GitRef gitRef() {
    return new GitRef(ref);
  }

  @Override
  public String toString() {
    return "GitSettings[url=" + url + ", ref=" + ref + ", path=" + path + "]";
  }
}
