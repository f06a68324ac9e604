package dev.holdfast.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Digest;
import dev.holdfast.registry.Http.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which digest an answer about a manifest gives. All four media types are asked for, always: a
 * registry that is not told of indexes answers with one platform's digest, and the tag would seem
 * to move. What is not certain is a reason, never a digest.
 */
final class Manifests {
  static final int MAX_BYTES = 4 << 20;
  private static final List<String> TYPES =
      List.of(
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.oci.image.index.v1+json");
  static final String ACCEPT = String.join(", ", TYPES);
  private static final Set<String> OTHER_JSON = Set.of("application/json", "");

  /** A digest, or why there is none; neither where the registry sent no digest at all. */
  record Finding(Optional<Digest> digest, Optional<String> reason) {
    static final Finding NOTHING = new Finding(Optional.empty(), Optional.empty());

    static Finding of(Digest digest) {
      return new Finding(Optional.of(digest), Optional.empty());
    }

    static Finding because(String reason) {
      return new Finding(Optional.empty(), Optional.of(reason));
    }
  }

  private Manifests() {}

  static Finding ofHead(Response head) {
    String type = type(head);
    if (!TYPES.contains(type) && !OTHER_JSON.contains(type)) {
      return Finding.because("it answered with " + printable(type) + " and not with a manifest");
    }
    List<String> written = head.all("Docker-Content-Digest").stream().distinct().toList();
    if (written.isEmpty()) {
      return Finding.NOTHING;
    }
    return written.size() > 1
        ? Finding.because("it sent two digests")
        : Digest.parse(written.getFirst().strip())
            .map(Finding::of)
            .orElse(Finding.because("the digest that it sent is not sha256 and 64 digits"));
  }

  /** The body's own hash, which the header must not contradict. */
  static Finding ofBody(Response get) {
    Finding said = ofHead(get);
    if (said.reason().isPresent()) {
      return said;
    }
    boolean manifest =
        Json.object(get.body())
            .map(json -> json.path("schemaVersion"))
            .filter(Manifests::two)
            .isPresent();
    if (!manifest) {
      return Finding.because("what it sent is not an image manifest");
    }
    Digest digest = hash(get.body());
    return said.digest().isPresent() && !said.digest().get().equals(digest)
        ? Finding.because("the manifest that it sent does not have the digest that it sent")
        : Finding.of(digest);
  }

  static Digest hash(byte[] bytes) {
    return new Digest("sha256:" + sha256(bytes));
  }

  private static boolean two(JsonNode version) {
    return version.isInt() && version.intValue() == 2;
  }

  private static String type(Response response) {
    String type = response.first("Content-Type").orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  private static String printable(String type) {
    return type.replaceAll("[^a-z0-9/.+-]", "")
        .transform(t -> t.substring(0, Math.min(80, t.length())));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
