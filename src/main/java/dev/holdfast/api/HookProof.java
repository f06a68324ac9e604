package dev.holdfast.api;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Whether a sender knows a hook's secret, as the senders say it: by a signature over the body
 * (GitHub, GHCR, Gitea, Forgejo, Gogs, and whoever signs as GitHub does), or by the secret itself
 * (GitLab, registries, Docker Hub). The body goes through as it comes and is kept nowhere. Every
 * comparison takes the same time however much of it is right.
 */
final class HookProof {
  private static final List<String> SIGNATURES =
      List.of(
          "X-Hub-Signature-256",
          "X-Gitea-Signature",
          "X-Forgejo-Signature",
          "X-Gogs-Signature",
          "Holdfast-Signature");
  private static final String BASIC = "basic ";
  private static final String BEARER = "bearer ";

  private final @Nullable Mac mac;
  private final List<String> signatures;
  private final boolean knowsSecret;

  private HookProof(@Nullable Mac mac, List<String> signatures, boolean knowsSecret) {
    this.mac = mac;
    this.signatures = signatures;
    this.knowsSecret = knowsSecret;
  }

  /**
   * @param header a request's header by its name; null where it has none
   * @param token of the address, for senders that can send no header
   */
  static HookProof of(
      String secret, UnaryOperator<@Nullable String> header, @Nullable String token) {
    List<String> signatures = new ArrayList<>();
    for (String name : SIGNATURES) {
      String value = header.apply(name);
      if (value != null) {
        signatures.add(value.strip().toLowerCase(Locale.ROOT).replaceFirst("^sha256=", ""));
      }
    }
    boolean knows =
        same(secret, header.apply("X-Gitlab-Token"))
            || same(secret, authorization(header.apply("Authorization")))
            || same(secret, token);
    return new HookProof(
        signatures.isEmpty() || secret.isEmpty() ? null : mac(secret), signatures, knows);
  }

  /** Nobody needs to wait for the body of one who proves nothing. */
  boolean isHopeless() {
    return !knowsSecret && mac == null;
  }

  void body(byte[] part) {
    if (mac != null) {
      mac.update(part);
    }
  }

  /** Once the whole body went through. */
  boolean holds() {
    if (mac == null) {
      return knowsSecret;
    }
    String expected = HexFormat.of().formatHex(mac.doFinal());
    boolean signed = false;
    for (String signature : signatures) {
      signed |= same(expected, signature);
    }
    return signed || knowsSecret;
  }

  /** {@code Bearer SECRET}, or the password of {@code Basic}. */
  private static @Nullable String authorization(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String lower = header.toLowerCase(Locale.ROOT);
    if (lower.startsWith(BEARER)) {
      return header.substring(BEARER.length()).strip();
    }
    if (!lower.startsWith(BASIC)) {
      return null;
    }
    try {
      byte[] login = Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
      String text = new String(login, StandardCharsets.UTF_8);
      return text.substring(text.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** An empty secret is no secret. */
  private static boolean same(String secret, @Nullable String given) {
    return given != null
        && !secret.isEmpty()
        && MessageDigest.isEqual(
            secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private static Mac mac(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC with SHA-256", e);
    }
  }
}
