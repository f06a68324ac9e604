package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Redactor;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {
  @ParameterizedTest
  @CsvSource({
    "DB_PASSWORD, x",
    "PGPASSWORD, secret",
    "API_KEY, abc",
    "github_token, t",
    "SESSION_SALT, s",
    "SENTRY_DSN, d",
    "ANYTHING, hunter2hunter2",
    "ANYTHING, a8f5f167f44f4964e6c998dee827110c",
    "ANYTHING, Zm9vYmFyYmF6cXV4",
    "ANYTHING, 'p4ss w0rd9!'",
    "ANYTHING, 123456789"
  })
  void isSecret(String name, String value) {
    assertThat(Secrets.isSecret(name, value)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "NODE_ENV, production",
    "PORT, 3001",
    "LOG_LEVEL, info",
    "HOST, 0.0.0.0",
    "URL, http://api:3000/health",
    "DIR, /var/lib/postgresql/data",
    "TZ, Europe/Berlin",
    "VERSION, 1.27.3",
    "LOCALE, en_US.UTF-8",
    "EMPTY, ''",
    "SHORT, x9!k"
  })
  void ordinaryWordsStayReadable(String name, String value) {
    assertThat(Secrets.isSecret(name, value)).isFalse();
  }

  @Test
  void thePasswordOfAUrlIsHiddenAndTheRestIsNot() {
    Redactor redactor = new Redactor();

    Secrets.register("DATABASE_URL", "postgres://app:correcthorse@db/shop", redactor);

    assertThat(redactor.redact("postgres://app:correcthorse@db/shop"))
        .isEqualTo("postgres://app:***@db/shop");
  }

  @Test
  @Timeout(10)
  void noValueIsTooLongToJudge() {
    long begun = System.nanoTime();

    assertThat(Secrets.isSecret("TEXT", "word ".repeat(100_000) + "word")).isFalse();
    assertThat(Secrets.isSecret("TEXT", "word ".repeat(100_000) + "w0rd9x")).isTrue();
    assertThat(Secrets.isSecret("TEXT", "a/".repeat(100_000))).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
  }
}
