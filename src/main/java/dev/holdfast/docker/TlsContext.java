package dev.holdfast.docker;

import com.github.dockerjava.transport.SSLConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS with the engine from PEM files, by the JDK alone: docker-java's own reader of them needs
 * BouncyCastle.
 */
final class TlsContext implements SSLConfig {
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");
  private static final String KEY_BEGINS = "-----BEGIN PRIVATE KEY-----";
  private static final String KEY_ENDS = "-----END PRIVATE KEY-----";
  private static final char[] NO_PASSWORD = new char[0];

  private final SSLContext context;

  private TlsContext(SSLContext context) {
    this.context = context;
  }

  /**
   * @throws IllegalArgumentException naming the file that cannot be used, and what to do
   */
  static TlsContext of(DockerSettings.TlsFiles files) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity(files).getKeyManagers(),
          trust(certificates(files.ca())).getTrustManagers(),
          null);
      return new TlsContext(context);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "could not set up TLS for the engine: " + e.getMessage(), e);
    }
  }

  @Override
  public SSLContext getSSLContext() {
    return context;
  }

  private static KeyManagerFactory identity(DockerSettings.TlsFiles files)
      throws GeneralSecurityException, IOException {
    Certificate[] chain = certificates(files.certificate()).toArray(Certificate[]::new);
    KeyStore store = empty();
    store.setKeyEntry("client", key(files.key()), NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory;
  }

  private static TrustManagerFactory trust(List<? extends Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("ca" + i, authorities.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<? extends Certificate> certificates(Path file)
      throws GeneralSecurityException, IOException {
    List<? extends Certificate> found =
        List.copyOf(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(read(file))));
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no certificate in " + file + "; it must be a PEM file");
    }
    return found;
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException, IOException {
    String pem = new String(read(file), StandardCharsets.US_ASCII);
    int begin = pem.indexOf(KEY_BEGINS);
    int end = pem.indexOf(KEY_ENDS);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "the key in "
              + file
              + " is not an unencrypted PKCS#8 key; convert it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGINS.length(), end));
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // The next kind, then.
      }
    }
    throw new IllegalArgumentException(
        "the key in " + file + " is of none of the kinds " + KEY_ALGORITHMS);
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + " (" + e.getClass().getSimpleName() + ")", e);
    }
  }
}
