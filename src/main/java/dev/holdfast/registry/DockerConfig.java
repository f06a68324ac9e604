package dev.holdfast.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.ImageReference;
import dev.holdfast.registry.Registry.Credentials;
import dev.holdfast.registry.RegistryException.Unauthorized;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's config.json, read anew at each use. As in docker: a helper of {@code credHelpers} for
 * the registry wins, then the one of {@code credsStore}, else {@code auths}, whose keys people
 * write with and without a scheme and a path. Docker Hub's key is {@value #HUB_KEY}.
 */
final class DockerConfig {
  static final String HUB_KEY = "https://index.docker.io/v1/";
  private static final int MAX_BYTES = 1 << 20;
  private final Path file;
  private final CredentialHelper helper;

  DockerConfig(Path file, CredentialHelper helper) {
    this.file = file;
    this.helper = helper;
  }

  /** {@code $DOCKER_CONFIG/config.json}, else {@code ~/.docker/config.json}. */
  static Path defaultFile(Map<String, String> environment, Path home) {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    return (folder.isEmpty() ? home.resolve(".docker") : Path.of(folder)).resolve("config.json");
  }

  Optional<Credentials> credentials(String registry) {
    Optional<JsonNode> config = read();
    if (config.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> helperName =
        helperFor(config.get().path("credHelpers"), registry)
            .or(() -> Json.text(config.get(), "credsStore"));
    return helperName.isPresent()
        ? helper.get(helperName.get(), serverName(registry))
        : fromAuths(config.get().path("auths"), registry);
  }

  private static String serverName(String registry) {
    return registry.equals(ImageReference.DOCKER_HUB) ? HUB_KEY : registry;
  }

  private static Optional<String> helperFor(JsonNode helpers, String registry) {
    return matching(helpers, registry).flatMap(key -> Json.text(helpers, key));
  }

  private Optional<Credentials> fromAuths(JsonNode auths, String registry) {
    return matching(auths, registry).flatMap(key -> entry(auths.path(key), registry));
  }

  private static Optional<String> matching(JsonNode object, String registry) {
    for (String exact : List.of(serverName(registry), registry)) {
      if (object.has(exact)) {
        return Optional.of(exact);
      }
    }
    return object.properties().stream()
        .map(Map.Entry::getKey)
        .filter(key -> host(key).equals(registry))
        .findFirst();
  }

  private static String host(String key) {
    String rest = key.replaceFirst("^[A-Za-z]+://", "");
    int slash = rest.indexOf('/');
    return RegistrySettings.canonical(slash < 0 ? rest : rest.substring(0, slash));
  }

  private Optional<Credentials> entry(JsonNode entry, String registry) {
    String[] login = login(entry, registry);
    Optional<String> identity = Json.text(entry, "identitytoken");
    if (identity.isPresent()) {
      return Optional.of(new Credentials(login[0], identity.get(), true));
    }
    return login[0].isEmpty() || login[1].isEmpty()
        ? Optional.empty()
        : Optional.of(new Credentials(login[0], login[1], false));
  }

  private String[] login(JsonNode entry, String registry) {
    Optional<String> auth = Json.text(entry, "auth");
    if (auth.isEmpty()) {
      return new String[] {
        Json.text(entry, "username").orElse(""), Json.text(entry, "password").orElse("")
      };
    }
    try {
      String plain =
          new String(Base64.getDecoder().decode(auth.get().strip()), StandardCharsets.UTF_8);
      int colon = plain.indexOf(':');
      if (colon > 0) {
        // docker pads what it wrote with NULs in old versions.
        String password = plain.substring(colon + 1).replaceAll("\0+$", "");
        return new String[] {plain.substring(0, colon), password};
      }
    } catch (IllegalArgumentException e) {
      throw unreadable("its auth for " + registry + " is not base64");
    }
    throw unreadable("its auth for " + registry + " is not user:password");
  }

  private Optional<JsonNode> read() {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw unreadable("it is larger than 1 MiB");
      }
      return Optional.of(Json.object(bytes).orElseThrow(() -> unreadable("it is not JSON")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(
          e.getClass().getSimpleName().replace("Exception", "").toLowerCase(Locale.ROOT));
    }
  }

  private Unauthorized unreadable(String why) {
    return new Unauthorized(
        "could not read the credentials in "
            + file
            + " because "
            + why
            + "; log in again with docker login, or give username and password-file in agent.yaml");
  }
}
