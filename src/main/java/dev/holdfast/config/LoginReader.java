package dev.holdfast.config;

import dev.holdfast.config.AppConfig.Login;
import dev.holdfast.config.Surroundings.Kind;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code source.git} says about the login, which must fit its URL. */
final class LoginReader {
  private LoginReader() {}

  static Login read(Section git, Optional<String> url) {
    Optional<String> username = git.text("username");
    Optional<Secret> password = git.secret("password-file");
    Optional<Path> key = git.file("ssh-key-file", Kind.SECRET);
    Optional<Path> knownHosts = git.file("known-hosts-file", Kind.TRUSTED);
    boolean byPassword = git.has("username") || git.has("password-file");
    boolean byKey = git.has("ssh-key-file") || git.has("known-hosts-file");
    url.ifPresent(address -> check(git, address, byPassword, byKey));
    if (username.isPresent() && password.isPresent()) {
      return new Login.Password(username.get(), password.get());
    }
    return key.isPresent() && knownHosts.isPresent()
        ? new Login.SshKey(key.get(), knownHosts.get())
        : new Login.None();
  }

  private static void check(Section git, String url, boolean byPassword, boolean byKey) {
    if (Addresses.isSsh(url) && !(git.has("ssh-key-file") && git.has("known-hosts-file"))) {
      git.problem(
          "an ssh URL needs ssh-key-file and known-hosts-file; the latter is what `ssh-keyscan`"
              + " prints, once compared");
    }
    if (byPassword && !Addresses.isHttp(url)) {
      git.problem("username and password-file are for https; remove them");
    } else if (byPassword && !(git.has("username") && git.has("password-file"))) {
      git.problem("username and password-file belong together; give both or none");
    }
    if (byKey && !Addresses.isSsh(url)) {
      git.problem("ssh-key-file and known-hosts-file are for ssh; remove them");
    }
  }
}
