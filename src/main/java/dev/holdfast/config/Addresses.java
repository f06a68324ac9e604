package dev.holdfast.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses of all kinds; the message of each {@link IllegalArgumentException} reads on from the
 * text.
 */
final class Addresses {
  private static final Pattern HOST_AND_PORT =
      Pattern.compile(
          "(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):([0-9]{1,5})");
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:]+])(?::[0-9]{1,5})?");
  private static final Pattern EMAIL = Pattern.compile("[!-~&&[^@<>,;]]+@[!-~&&[^@<>,;]]+");
  private static final Pattern SCP =
      Pattern.compile(
          "(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:[^/\\s:-][^\\s:]*");
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|\\[::1]");
  private static final Pattern REF =
      Pattern.compile("[^\\s~^:?*\\[\\\\\\p{Cntrl}-][^\\s~^:?*\\[\\\\\\p{Cntrl}]*");
  private static final int MOST_PORTS = 65_535;
  private static final Set<String> DOCKER_HUB = Set.of("index.docker.io", "registry-1.docker.io");

  private Addresses() {}

  static AgentConfig.Listen listen(String text) {
    Matcher matcher = HOST_AND_PORT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > MOST_PORTS) {
      throw new IllegalArgumentException(
          "is not an address to listen on; write it as 127.0.0.1:7460, [::1]:7460 or 0.0.0.0:7460,"
              + " or off");
    }
    String host = matcher.group(1);
    return new AgentConfig.Listen(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        Integer.parseInt(matcher.group(2)));
  }

  static String dockerHost(String text) {
    boolean unix = text.startsWith("unix:///") && text.length() > "unix:///".length();
    boolean tcp =
        text.startsWith("tcp://")
            && HOST_AND_PORT.matcher(text.substring("tcp://".length())).matches();
    if (!unix && !tcp) {
      throw new IllegalArgumentException(
          "is not a Docker host; write it as unix:///var/run/docker.sock or tcp://host:2376");
    }
    return text;
  }

  /** Host and port as image references name it. */
  static String registry(String text) {
    if (!REGISTRY.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "is not a registry; write its host and port alone, as ghcr.io or registry.lan:5000");
    }
    return DOCKER_HUB.contains(text) ? "docker.io" : text;
  }

  static String email(String text) {
    return Values.require(EMAIL, text, "is not an e-mail address");
  }

  static String smtp(String text) {
    URI uri = uri(text, Set.of("smtp", "smtps"), "smtp://host:25 or smtps://host:465");
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("carries a login; it must not stand in a URL");
    }
    return text;
  }

  static String httpUrl(String text) {
    uri(text, Set.of("http", "https"), "https://host/path");
    return text;
  }

  /** The API of a git host: https, since a token goes there; plain http on loopback alone. */
  static String forgeUrl(String text) {
    URI uri = uri(text, Set.of("http", "https"), "https://ghe.example.com/api/v3");
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("may have a host and a path alone");
    }
    if (uri.getScheme().equals("http") && !LOOPBACK.matcher(uri.getHost()).matches()) {
      throw new IllegalArgumentException(
          "is plain http, which shows the token to anyone on the way; use https");
    }
    return text.replaceAll("/+$", "");
  }

  /** The branch, tag or full name, as git check-ref-format allows it. */
  static String ref(String text) {
    boolean wellFormed =
        REF.matcher(text).matches()
            && !text.contains("..")
            && !text.contains("@{")
            && !text.contains("//");
    if (!wellFormed || text.startsWith("/") || text.matches(".*(/|\\.|\\.lock)")) {
      throw new IllegalArgumentException(
          "is not a branch, a tag or a full ref name such as refs/heads/main");
    }
    return text;
  }

  /**
   * https, ssh (as a URL or as user@host:path), git, file; plain http on loopback alone, since it
   * shows passwords to the network.
   */
  static String gitUrl(String text) {
    if (!text.contains("://") && SCP.matcher(text).matches()) {
      return text;
    }
    URI uri =
        uri(
            text,
            Set.of("https", "http", "ssh", "git", "file"),
            "https://host/path, ssh://git@host/path, git://host/path or file:///path");
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (scheme.equals("http") && !LOOPBACK.matcher(uri.getHost()).matches()) {
      throw new IllegalArgumentException(
          "is plain http, which anyone on the way can read and change; use https");
    }
    boolean login = uri.getRawUserInfo() != null;
    if (login && (!scheme.equals("ssh") || uri.getRawUserInfo().contains(":"))) {
      throw new IllegalArgumentException(
          "carries a login; write it as username: and password-file: instead");
    }
    return text;
  }

  static boolean isSsh(String gitUrl) {
    return gitUrl.startsWith("ssh://") || !gitUrl.contains("://");
  }

  static boolean isHttp(String gitUrl) {
    return gitUrl.startsWith("https://") || gitUrl.startsWith("http://");
  }

  private static URI uri(String text, Set<String> schemes, String examples) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      boolean local = scheme != null && scheme.equals("file");
      if (scheme != null
          && schemes.contains(scheme)
          && (local
              ? uri.getPath() != null && uri.getPath().startsWith("/")
              : uri.getHost() != null)) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is not a URL; write it as " + examples, e);
    }
    throw new IllegalArgumentException("is not a URL that is known here; write it as " + examples);
  }
}
