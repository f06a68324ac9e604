package dev.holdfast.registry;

import dev.holdfast.model.ImageReference;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a registry's API is. Plain http is spoken to loopback, as a registry there has no
 * certificate that could be checked, and where agent.yaml says {@code insecure: true}; https
 * everywhere else. Neither falls back to the other: a fallback would let whoever blocks port 443
 * read the password.
 */
record Endpoint(String registry, URI base) {
  private static final String HUB_API = "registry-1.docker.io";
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[?::1]?");

  static Endpoint of(String registry, boolean insecure) {
    String name = RegistrySettings.canonical(registry);
    String authority = name.equals(ImageReference.DOCKER_HUB) ? HUB_API : name;
    URI https = URI.create("https://" + authority);
    if (https.getHost() == null || https.getPort() > 65535) {
      throw new RegistryException.Unavailable(
          "could not ask the registry '" + registry + "' because this is not a host and a port",
          null);
    }
    boolean plain = insecure || loopback(https.getHost());
    return new Endpoint(name, plain ? URI.create("http://" + authority) : https);
  }

  URI manifest(String repository, String reference) {
    return URI.create(base + "/v2/" + repository + "/manifests/" + reference);
  }

  URI blob(String repository, String digest) {
    return URI.create(base + "/v2/" + repository + "/blobs/" + digest);
  }

  URI tags(String repository, int pageSize) {
    return URI.create(base + "/v2/" + repository + "/tags/list?n=" + pageSize);
  }

  boolean plainHttp() {
    return isPlain(base);
  }

  boolean owns(URI uri) {
    return sameOrigin(base, uri);
  }

  static boolean isPlain(URI uri) {
    return "http".equalsIgnoreCase(uri.getScheme());
  }

  static boolean loopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : isPlain(uri) ? 80 : 443;
  }
}
