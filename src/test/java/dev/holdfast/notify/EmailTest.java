package dev.holdfast.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mails to a mail server that is really there, with a certificate for localhost. */
@Timeout(60)
class EmailTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  @TempDir private static Path folder;
  private static SSLContext tls;

  @BeforeAll
  static void certificate() throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "mail",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "3",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
  }

  private static Message message(String version, String reason) {
    return new Composer("vps-1", "production", text -> text)
        .of(
            "mail",
            Rig.subject("mail"),
            Rig.record(
                1, Status.ROLLED_BACK, version, new Failure("probe", "api", reason, List.of())),
            Rig.NOON);
  }

  private static Outcome send(
      FakeMailServer server, String uri, boolean login, boolean requireTls) {
    return send(server, uri, login, requireTls, tls.getSocketFactory());
  }

  private static Outcome send(
      FakeMailServer server,
      String uri,
      boolean login,
      boolean requireTls,
      SSLSocketFactory trust) {
    EmailChannel.Settings settings =
        new EmailChannel.Settings(
            List.of("ops@example.com", "b@example.com"),
            "holdfast@example.com",
            URI.create(uri + ":" + server.port()),
            login ? "user" : null,
            login ? () -> "pass word" : null,
            requireTls);
    return new EmailChannel(settings, () -> trust, Duration.ofSeconds(3))
        .send(message("1.4.2", "it is unwell"));
  }

  @Test
  void aMailArrivesWholeAndSaysWhatHappened() throws IOException {
    try (FakeMailServer server = new FakeMailServer(null)) {
      assertThat(send(server, "smtp://127.0.0.1", false, false)).isEqualTo(new Outcome.Delivered());
      assertThat(server.lines)
          .contains(
              "EHLO [127.0.0.1]",
              "MAIL FROM:<holdfast@example.com>",
              "RCPT TO:<ops@example.com>",
              "RCPT TO:<b@example.com>");
      String mail = server.mails.getFirst();
      assertThat(mail)
          .contains("From: Holdfast <holdfast@example.com>", "Auto-Submitted: auto-generated")
          .contains("Date: Fri, 20 Nov 2026 12:00:00 GMT")
          .containsPattern("Message-ID: <[0-9a-f]{24}@holdfast\\.invalid>");
      assertThat(subject(mail)).isEqualTo("shop: 1.4.2 failed and was rolled back");
      assertThat(body(mail)).contains("probe api: it is unwell", "Server: vps-1 (production)");
    }
  }

  @Test
  void F103_whatCameFromElsewhereMakesNoHeaderAndNoSecondMail() throws IOException {
    String evil = "1\r\nBcc: all@example.com\r\n\r\n.\r\nMAIL FROM:<x@y>\u2028ü" + "ä".repeat(300);
    String mail = Mail.of(message(evil, evil), "a@b", List.of("c@d"));
    String head = mail.substring(0, mail.indexOf("\r\n\r\n"));
    assertThat(head.lines().filter(line -> !line.startsWith(" ")))
        .extracting(line -> line.substring(0, line.indexOf(':')))
        .containsExactly(
            "From",
            "To",
            "Date",
            "Message-ID",
            "Subject",
            "X-Holdfast-Event",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding");
    assertThat(mail.chars()).allMatch(c -> c == '\r' || c == '\n' || (c >= ' ' && c < 127));
    assertThat(mail.lines())
        .allMatch(line -> line.length() <= 78)
        .noneMatch(line -> line.startsWith("."));
    assertThat(subject(mail)).startsWith("shop: 1 Bcc: all@example.com");
  }

  @Test
  void aPasswordGoesOverTlsAlone() throws IOException {
    try (FakeMailServer server = new FakeMailServer(tls)) {
      server.offersTls = true;
      assertThat(send(server, "smtp://localhost", true, true)).isEqualTo(new Outcome.Delivered());
      assertThat(server.lines)
          .contains(
              "STARTTLS",
              "tls AUTH PLAIN "
                  + Base64.getEncoder()
                      .encodeToString("\0user\0pass word".getBytes(StandardCharsets.UTF_8)));
      assertThat(server.mails).hasSize(1);
    }
  }

  @Test
  void aServerThatTakesAwayStarttlsGetsNothing() throws IOException {
    try (FakeMailServer server = new FakeMailServer(tls)) {
      assertThat(send(server, "smtp://localhost", true, true)).isInstanceOf(Outcome.Later.class);
      assertThat(server.lines).noneMatch(line -> line.contains("AUTH") || line.contains("MAIL"));
    }
  }

  @Test
  void smtpsIsTlsFromTheFirstByteAndTheOtherWayToLogInWorks() throws IOException {
    try (FakeMailServer server = new FakeMailServer(tls)) {
      server.tlsAtOnce = true;
      server.auth = "LOGIN";
      assertThat(send(server, "smtps://localhost", true, false)).isEqualTo(new Outcome.Delivered());
      assertThat(server.lines)
          .contains("user dXNlcg==", "password cGFzcyB3b3Jk")
          .noneMatch(line -> line.equals("STARTTLS"));
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws IOException {
    try (FakeMailServer server = new FakeMailServer(tls)) {
      server.offersTls = true;
      Outcome outcome =
          send(
              server,
              "smtp://localhost",
              false,
              true,
              (SSLSocketFactory) SSLSocketFactory.getDefault());
      assertThat(outcome)
          .isEqualTo(
              new Outcome.Later("TLS failed; check its certificate and the address", true, null));
      Outcome otherName = send(server, "smtp://127.0.0.1", false, true);
      assertThat(otherName).as("the name in it counts").isInstanceOf(Outcome.Later.class);
      assertThat(server.mails).isEmpty();
    }
  }

  @Test
  void whatIsSaidBetweenStarttlsAndTlsCountsForNothing() throws IOException {
    try (FakeMailServer server = new FakeMailServer(tls)) {
      server.offersTls = true;
      server.afterStartTls = "\r\n250-evil\r\n250 AUTH PLAIN";
      assertThat(send(server, "smtp://localhost", false, true)).isInstanceOf(Outcome.Later.class);
      assertThat(server.mails).isEmpty();
    }
  }

  @Test
  void oneRecipientThatIsRefusedKeepsTheMailFromNobodyElse() throws IOException {
    try (FakeMailServer server = new FakeMailServer(null)) {
      server.refused = Set.of("ops@");
      assertThat(send(server, "smtp://127.0.0.1", false, false)).isEqualTo(new Outcome.Delivered());
      server.refused = Set.of("ops@", "b@");
      assertThat(send(server, "smtp://127.0.0.1", false, false))
          .isEqualTo(new Outcome.Never("it answered RCPT TO with 550 no such user"));
    }
  }

  @Test
  void aServerThatCannotNowIsAskedAgainAndOneThatWillNotIsNot() throws IOException {
    try (FakeMailServer server = new FakeMailServer(null)) {
      server.onData = "451 greylisted";
      assertThat(send(server, "smtp://127.0.0.1", false, false))
          .isEqualTo(new Outcome.Later("it answered the mail with 451 greylisted", true, null));
      server.onData = "554 spam";
      assertThat(send(server, "smtp://127.0.0.1", false, false)).isInstanceOf(Outcome.Never.class);
    }
  }

  @Test
  void F110_aMailServerThatHangsIsLeftInTime() throws IOException {
    try (FakeMailServer server = new FakeMailServer(null)) {
      server.hangs = true;
      assertThat(send(server, "smtp://127.0.0.1", false, false))
          .isEqualTo(new Outcome.Later("it did not answer in time", true, null));
    }
  }

  private static String subject(String mail) {
    Matcher words = Pattern.compile("=\\?utf-8\\?B\\?([^?]*)\\?=").matcher(mail);
    StringBuilder subject = new StringBuilder();
    while (words.find()) {
      subject.append(
          new String(Base64.getDecoder().decode(words.group(1)), StandardCharsets.UTF_8));
    }
    return subject.toString();
  }

  private static String body(String mail) {
    return new String(
        Base64.getMimeDecoder().decode(mail.substring(mail.indexOf("\r\n\r\n"))),
        StandardCharsets.UTF_8);
  }
}
