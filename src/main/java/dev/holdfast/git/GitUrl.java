package dev.holdfast.git;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A repository's address, of one of the protocols that Holdfast speaks: https, http, ssh (also as
 * {@code user@host:path}), git and file (also as an absolute path). Anything else is refused: git
 * would run {@code ext::} addresses as commands, and take what begins with a dash for an option.
 *
 * @param address what git is given; never with a password
 * @param password the one that was written into the address; it is taken out, as addresses end up
 *     in process lists and logs
 */
public record GitUrl(
    Protocol protocol, String address, @Nullable String username, @Nullable String password) {
  private static final Pattern SCP =
      Pattern.compile("(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9][A-Za-z0-9.-]*):([^:\\s]\\S*)");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+]");
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9._~+%-]*");

  /** Named as git names them in {@code protocol.<name>.allow}. */
  public enum Protocol {
    HTTPS,
    HTTP,
    SSH,
    GIT,
    FILE;

    String gitName() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean overHttp() {
      return this == HTTPS || this == HTTP;
    }
  }

  /**
   * @throws IllegalArgumentException that says what is wrong, without the password
   */
  public static GitUrl parse(String text) {
    if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c >= 127 || c == '\\')) {
      throw refused(text, "it is empty or holds a space or another sign that no address has");
    }
    if (text.startsWith("/")) {
      return new GitUrl(Protocol.FILE, "file://" + text, null, null);
    }
    int scheme = text.indexOf("://");
    if (scheme < 0) {
      return scp(text);
    }
    Protocol protocol =
        protocol(text.substring(0, scheme))
            .orElseThrow(
                () -> refused(text, "its protocol is none of https, http, ssh, git, file"));
    return protocol == Protocol.FILE ? file(text) : remote(text, protocol);
  }

  private static Optional<Protocol> protocol(String name) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.gitName().equals(name.toLowerCase(Locale.ROOT))) {
        return Optional.of(protocol);
      }
    }
    return Optional.empty();
  }

  private static GitUrl scp(String text) {
    Matcher matcher = SCP.matcher(text);
    if (!matcher.matches() || matcher.group(3).startsWith("-")) {
      throw refused(text, "it is neither a URL, nor user@host:path, nor an absolute path");
    }
    String user = matcher.group(1);
    if (user != null && user.startsWith("-")) {
      throw refused(text, "its user begins with a dash");
    }
    return new GitUrl(Protocol.SSH, text, user, null);
  }

  private static GitUrl file(String text) {
    String path = text.substring("file://".length());
    if (!path.startsWith("/")) {
      throw refused(text, "a file address names no host: file:///path");
    }
    return new GitUrl(Protocol.FILE, "file://" + path, null, null);
  }

  private static GitUrl remote(String text, Protocol protocol) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw refused(text, "it is not a URL");
    }
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    String[] login = (at < 0 ? "" : authority.substring(0, at)).split(":", 2);
    if (uri.getHost() == null || !HOST.matcher(uri.getHost()).matches()) {
      throw refused(text, "it names no valid host");
    }
    if (!USER.matcher(login[0]).matches() || login[0].startsWith("-")) {
      throw refused(text, "its user is not valid");
    }
    if (uri.getRawPath() == null || uri.getRawPath().length() < 2) {
      throw refused(text, "it names no repository");
    }
    String user = login[0].isEmpty() ? null : decoded(login[0]);
    String password = login.length < 2 ? null : decoded(login[1]);
    // ssh needs the user in the address; http gets it with the password.
    String shown = protocol == Protocol.SSH && user != null ? login[0] + "@" : "";
    String hostAndPort = authority.substring(at + 1);
    String rest = text.substring(text.indexOf(authority) + authority.length());
    String address = protocol.gitName() + "://" + shown + hostAndPort + rest;
    return new GitUrl(protocol, address, user, password);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException(
        "cannot use the git address '" + Masking.urls(text) + "' because " + why);
  }

  /** True for plain http that leaves this machine: no password goes that way. */
  boolean readableByBystanders() {
    return protocol == Protocol.HTTP
        && !origin().matches("http://(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]+)?");
  }

  /** Protocol, host and port, for which alone a login is given. */
  String origin() {
    int end = address.indexOf('/', address.indexOf("://") + 3);
    return end < 0 ? address : address.substring(0, end);
  }

  @Override
  public String toString() {
    return address;
  }
}
