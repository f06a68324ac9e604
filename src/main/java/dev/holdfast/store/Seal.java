package dev.holdfast.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM under a key that never leaves {@code seal.key}: a copy of a release file alone, in a
 * backup or a support ticket, tells no secret. What is sealed is bound to a name, so that one
 * file's content is not accepted in another. The key is made at the first use; without it what was
 * sealed is lost, and nothing else.
 */
final class Seal {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private final Path file;
  private final Warnings warnings;
  private final SecureRandom random = new SecureRandom();

  Seal(Path file, Warnings warnings) {
    this.file = file;
    this.warnings = warnings;
  }

  synchronized String close(String name, byte[] content) {
    SecretKey key = key().orElseGet(this::newKey);
    byte[] nonce = random(NONCE_BYTES);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, name).doFinal(content);
      byte[] both = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
      return Base64.getEncoder().encodeToString(both);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has AES-GCM", e);
    }
  }

  /**
   * Empty where the key is another one or missing, or the text is not what was sealed under this
   * name.
   */
  synchronized Optional<byte[]> open(String name, String sealed) {
    try {
      byte[] both = Base64.getDecoder().decode(sealed);
      Optional<SecretKey> key = key();
      if (key.isEmpty() || both.length < NONCE_BYTES) {
        return Optional.empty();
      }
      Cipher cipher =
          cipher(Cipher.DECRYPT_MODE, key.get(), Arrays.copyOf(both, NONCE_BYTES), name);
      return Optional.of(cipher.doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String name)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private Optional<SecretKey> key() {
    byte @Nullable [] bytes = read();
    if (bytes == null) {
      return Optional.empty();
    }
    if (bytes.length != KEY_BYTES) {
      warnings.warn(
          file
              + " is not a key of "
              + KEY_BYTES
              + " bytes: the kept releases cannot be read; put the right file back");
      return Optional.empty();
    }
    return Optional.of(new SecretKeySpec(bytes, "AES"));
  }

  private byte @Nullable [] read() {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw DurableFiles.failed("read " + file, e);
    }
  }

  /** A damaged key stays beside the new one, in case it can be mended. */
  private SecretKey newKey() {
    if (Files.exists(file)) {
      new Documents(warnings).setAside(file, "it is not a key");
    }
    byte[] bytes = random(KEY_BYTES);
    DurableFiles.write(file, bytes, DurableFiles.PRIVATE);
    return new SecretKeySpec(bytes, "AES");
  }

  private byte[] random(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
