package dev.holdfast.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.registry.Http.Request;
import dev.holdfast.registry.Http.Response;
import dev.holdfast.registry.Registry.Credentials;
import dev.holdfast.registry.RegistryException.Unavailable;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Docker's token authentication: what to ask the realm of a Bearer challenge, and what its answer
 * means (distribution's docs/spec/auth/token.md, and oauth.md for identity tokens).
 *
 * <p>The realm comes from the registry's answer and gets the password. A registry behind https may
 * therefore only name https; one in plain http may name plain http on its own host or on loopback.
 */
final class TokenServer {
  private static final int MAX_ANSWER = 1 << 20;
  private static final Duration DEFAULT_LIFE = Duration.ofSeconds(60);

  record Token(String value, Duration life) {
    @Override
    public String toString() {
      return "Token[***]";
    }
  }

  private TokenServer() {}

  /**
   * @throws Unavailable where the realm may not see a password
   */
  static URI realm(Endpoint endpoint, AuthChallenge challenge) {
    String written = challenge.parameter("realm").orElse("");
    Optional<URI> realm = uri(written).filter(uri -> trusted(endpoint, uri));
    return realm.orElseThrow(
        () ->
            new Unavailable(
                "could not log in to "
                    + endpoint.registry()
                    + " because its token server is not an https address; check that this is a"
                    + " registry and not something in between",
                null));
  }

  private static Optional<URI> uri(String text) {
    try {
      URI uri = URI.create(text);
      boolean complete = uri.getHost() != null && uri.getUserInfo() == null;
      return complete ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean trusted(Endpoint endpoint, URI realm) {
    if ("https".equalsIgnoreCase(realm.getScheme())) {
      return true;
    }
    boolean near =
        Endpoint.loopback(realm.getHost())
            || realm.getHost().equalsIgnoreCase(endpoint.base().getHost());
    return Endpoint.isPlain(realm) && endpoint.plainHttp() && near;
  }

  static Request request(
      URI realm, AuthChallenge challenge, String repository, Optional<Credentials> credentials) {
    Map<String, String> fields = new LinkedHashMap<>();
    challenge.parameter("service").ifPresent(service -> fields.put("service", service));
    fields.put("scope", "repository:" + repository + ":pull");
    boolean refresh = credentials.isPresent() && credentials.get().identityToken();
    return refresh
        ? refresh(realm, fields, credentials.get())
        : get(realm, fields, credentials.map(Authorization::basic));
  }

  private static Request get(URI realm, Map<String, String> fields, Optional<String> login) {
    String separator = realm.getRawQuery() == null ? "?" : "&";
    String address = realm.toString().replaceFirst("#.*$", "") + separator + form(fields);
    Map<String, String> headers = new LinkedHashMap<>(Authorization.COMMON);
    headers.put("Accept", "application/json");
    login.ifPresent(value -> headers.put("Authorization", value));
    return new Request("GET", URI.create(address), headers, null, MAX_ANSWER);
  }

  private static Request refresh(URI realm, Map<String, String> fields, Credentials credentials) {
    fields.put("grant_type", "refresh_token");
    fields.put("client_id", "holdfast");
    fields.put("refresh_token", credentials.password());
    Map<String, String> headers = new LinkedHashMap<>(Authorization.COMMON);
    headers.put("Accept", "application/json");
    headers.put("Content-Type", "application/x-www-form-urlencoded");
    return new Request("POST", realm, headers, form(fields), MAX_ANSWER);
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encode(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Empty where the answer holds no token that may stand in a header. */
  static Optional<Token> token(Response answer) {
    return Json.object(answer.body()).flatMap(TokenServer::token);
  }

  private static Optional<Token> token(JsonNode answer) {
    return Json.text(answer, "token")
        .or(() -> Json.text(answer, "access_token"))
        .filter(value -> value.matches("[\\x21-\\x7e]+"))
        .map(value -> new Token(value, life(answer.path("expires_in"))));
  }

  private static Duration life(JsonNode seconds) {
    return seconds.isNumber() && seconds.asLong() > 0
        ? Duration.ofSeconds(Math.min(seconds.asLong(), 86_400))
        : DEFAULT_LIFE;
  }
}
