package dev.holdfast.notify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A mail by SMTP. {@code smtps://} speaks TLS from the first byte; {@code smtp://} takes up
 * STARTTLS where the server offers it, but on loopback, whose certificate nobody could check. A
 * password goes over TLS or to loopback, else the mail waits. The Message-ID tells doubles apart.
 */
final class EmailChannel implements Channel {
  private static final int SMTP = 25;
  private static final int SMTPS = 465;
  private final Settings settings;
  private final Supplier<SSLSocketFactory> tls;
  private final Duration limit;

  EmailChannel(Settings settings, Supplier<SSLSocketFactory> tls, Duration limit) {
    this.settings = settings;
    this.tls = tls;
    this.limit = limit;
  }

  /**
   * @param username null, as {@code password}, for none
   */
  record Settings(
      List<String> to,
      String from,
      URI smtp,
      @Nullable String username,
      @Nullable Supplier<String> password,
      boolean requireTls) {}

  @Override
  public Outcome send(Message message) {
    try {
      return Limit.within(limit, "mail", () -> converse(message));
    } catch (Smtp.Refused e) {
      return new Outcome.Later(said(e), true, null);
    } catch (UncheckedIOException e) {
      return Answers.failed(e);
    } catch (IOException e) {
      return e.getCause() instanceof UncheckedIOException unreadable
          ? Answers.failed(unreadable)
          : Answers.failed(e);
    }
  }

  private static String said(Smtp.Refused e) {
    return String.valueOf(e.getMessage());
  }

  private Outcome converse(Message message) throws IOException {
    URI uri = settings.smtp();
    boolean tlsAtOnce = "smtps".equals(uri.getScheme());
    int port = uri.getPort() > 0 ? uri.getPort() : tlsAtOnce ? SMTPS : SMTP;
    String host = uri.getHost().replaceAll("^\\[|]$", "");
    try (Smtp smtp = Smtp.connect(tls.get(), host, port, tlsAtOnce)) {
      secure(smtp);
      String username = settings.username();
      Supplier<String> password = settings.password();
      if (username != null && password != null) {
        smtp.login(username, password.get());
      }
      return handOver(smtp, message);
    }
  }

  private void secure(Smtp smtp) throws IOException {
    boolean mayBePlain = smtp.isLoopback() && !settings.requireTls();
    if (smtp.isSecure() || mayBePlain) {
      return;
    }
    if (smtp.offersTls()) {
      smtp.startTls();
    } else if (settings.requireTls() || settings.username() != null) {
      throw new SSLException("the server offers no STARTTLS");
    }
  }

  /** A mail that is refused for good stays refused; whatever came before may be put right. */
  private Outcome handOver(Smtp smtp, Message message) throws IOException {
    try {
      smtp.send(settings.from(), settings.to(), Mail.of(message, settings.from(), settings.to()));
      return new Outcome.Delivered();
    } catch (Smtp.Refused e) {
      return e.isForGood() ? new Outcome.Never(said(e)) : new Outcome.Later(said(e), true, null);
    }
  }
}
