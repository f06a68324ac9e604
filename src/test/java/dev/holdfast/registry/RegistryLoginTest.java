package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Digest;
import dev.holdfast.registry.FakeRegistry.Auth;
import dev.holdfast.registry.FakeRegistry.Seen;
import dev.holdfast.registry.RegistryException.TryLater;
import dev.holdfast.registry.RegistryException.Unauthorized;
import dev.holdfast.registry.RegistryException.Unavailable;
import dev.holdfast.registry.RegistrySettings.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryLoginTest {
  private static final String SECRET = "s3cr3t-pw";
  @TempDir Path folder;
  private FakeRegistry fake;
  private RegistryRig rig;
  private Digest pushed;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeRegistry();
    fake.users.put("ci", SECRET);
    pushed = fake.push("acme/api", "1", "x");
    rig = new RegistryRig(fake, folder);
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  @ParameterizedTest
  @EnumSource(Auth.class)
  void aRegistryIsAskedWithTheLoginThatItWants(Auth auth) {
    fake.auth = auth;
    rig.login("ci", SECRET);
    assertThat(resolve()).isEqualTo(pushed);
    assertThat(resolve()).isEqualTo(pushed);
  }

  @Test
  void theSecondQuestionNeedsNoChallengeAnyMore() {
    fake.auth = Auth.BASIC;
    rig.login("ci", SECRET);
    resolve();
    resolve();
    assertThat(fake.seen).hasSize(3);
    fake.auth = Auth.TOKEN;
    resolve();
    resolve();
    assertThat(fake.seen).hasSize(3 + 2 + 1);
    assertThat(fake.tokenRequests).hasSize(1);
  }

  @Test
  void aPublicImageNeedsNoLogin() {
    fake.auth = Auth.TOKEN;
    fake.anonymousPull = true;
    assertThat(resolve()).isEqualTo(pushed);
    Seen asked = fake.tokenRequests.getFirst();
    assertThat(asked.authorization()).isEqualTo("null");
    assertThat(asked.query()).contains("service=fake", "scope=repository%3Aacme%2Fapi%3Apull");
  }

  @Test
  void aTokenIsFetchedAnewShortlyBeforeItExpires() {
    fake.auth = Auth.TOKEN;
    rig.login("ci", SECRET);
    resolve();
    rig.pass(Duration.ofSeconds(285));
    resolve();
    assertThat(fake.tokenRequests).hasSize(1);
    rig.pass(Duration.ofSeconds(10));
    resolve();
    assertThat(fake.tokenRequests).hasSize(2);
  }

  @Test
  void aTokenWithoutATimeLivesAMinuteAndMayBeCalledAccessToken() {
    fake.auth = Auth.TOKEN;
    fake.tokenJson = "{\"access_token\":\"%s\"}";
    rig.login("ci", SECRET);
    resolve();
    rig.pass(Duration.ofSeconds(50));
    resolve();
    assertThat(fake.tokenRequests).hasSize(1);
    rig.pass(Duration.ofSeconds(10));
    resolve();
    assertThat(fake.tokenRequests).hasSize(2);
  }

  @Test
  void aTokenThatIsRefusedIsReplacedOnce() {
    fake.auth = Auth.TOKEN;
    rig.login("ci", SECRET);
    resolve();
    fake.revokeTokens();
    assertThat(resolve()).isEqualTo(pushed);
    assertThat(fake.tokenRequests).hasSize(2);
    fake.failNext(FakeRegistry.status(401, "WWW-Authenticate", bearer()), FakeRegistry.status(401));
    assertRefused();
    assertThat(fake.tokenRequests).hasSize(3);
  }

  private String bearer() {
    return "Bearer realm=\"http://" + fake.name() + "/token\"";
  }

  @ParameterizedTest
  @EnumSource(
      value = Auth.class,
      names = {"BASIC", "TOKEN"})
  void F05_aRefusedLoginIsNotSentAgainUntilItChanges(Auth auth) {
    fake.auth = auth;
    rig.login("ci", "wrong-pw");
    assertRefused();
    int logins = fake.seen.size() + fake.tokenRequests.size();
    for (int minute = 0; minute < 3; minute++) {
      assertRefused();
      rig.pass(Duration.ofMinutes(1));
    }
    assertThat(fake.seen.size() + fake.tokenRequests.size()).isEqualTo(logins);
    rig.password.set(SECRET);
    assertThat(resolve()).isEqualTo(pushed);
  }

  @Test
  void F05_inADayARefusedLoginIsSentAFewTimesOnly() {
    fake.auth = Auth.TOKEN;
    rig.login("ci", "wrong-pw");
    for (int half = 0; half < 2 * 60 * 24; half++) {
      assertRefused();
      rig.pass(Duration.ofSeconds(30));
    }
    assertThat(fake.tokenRequests).hasSizeBetween(20, 40);
  }

  @Test
  void F05_whereTheAddressIsLockedOutTheRegistryIsLeftAlone() {
    fake.auth = Auth.TOKEN;
    rig.login("ci", SECRET);
    fake.failNextToken(FakeRegistry.status(429, "Retry-After", "600"));
    assertThatThrownBy(this::resolve).isInstanceOf(TryLater.class);
    int seen = fake.seen.size();
    assertThatThrownBy(this::resolve).isInstanceOf(TryLater.class);
    assertThat(fake.seen).hasSize(seen);
  }

  @Test
  void aLoginThatMayNotReadOneRepositoryMayReadOthers() {
    fake.auth = Auth.TOKEN;
    fake.push("acme/web", "1", "y");
    rig.login("ci", SECRET);
    fake.failNext(FakeRegistry.status(403));
    assertRefused();
    assertRefused();
    assertThat(rig.registry.resolve(rig.image("acme/web:1"))).isNotNull();
  }

  @Test
  void withoutALoginTheMessageSaysWhereToGiveOneAndOneThatIsGivenCountsAtOnce() {
    fake.auth = Auth.BASIC;
    assertThatThrownBy(this::resolve)
        .isInstanceOf(Unauthorized.class)
        .hasMessageContaining("without a login")
        .hasMessageContaining("agent.yaml");
    rig.login("ci", SECRET);
    assertThat(resolve()).isEqualTo(pushed);
  }

  @Test
  void anIdentityTokenIsExchangedAndNeverSentAsAPassword() {
    fake.auth = Auth.TOKEN;
    fake.refreshTokens.put("ci", SECRET);
    rig.helper("fake", "echo '{\"Username\":\"<token>\",\"Secret\":\"" + SECRET + "\"}'");
    rig.dockerConfig("{\"credsStore\":\"fake\"}");
    assertThat(resolve()).isEqualTo(pushed);
    Seen exchange = fake.tokenRequests.getFirst();
    assertThat(exchange.method()).isEqualTo("POST");
    assertThat(exchange.authorization()).isEqualTo("null");
    assertThat(exchange.query()).isEqualTo("null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1/token",
        "ftp://127.0.0.1/token",
        "http://user@127.0.0.1/token",
        "//127.0.0.1/token",
        "file:///etc/passwd",
        "not an address"
      })
  void thePasswordIsNotSentToARealmThatBystandersCouldRead(String realm) {
    fake.auth = Auth.TOKEN;
    fake.challenge = "Bearer realm=\"" + realm + "\"";
    rig.login("ci", SECRET);
    assertThatThrownBy(this::resolve)
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("token server is not an https address");
    assertThat(fake.tokenRequests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"token\":\"\"}", "{\"token\":\"a\\r\\nX: y\"}", "<html>"})
  void anAnswerWithoutATokenIsUnavailable(String json) {
    fake.auth = Auth.TOKEN;
    fake.tokenJson = json;
    rig.login("ci", SECRET);
    assertThatThrownBy(this::resolve)
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("gave no token");
  }

  @Test
  void thePasswordFileIsReadAtEachUseAndItsLossIsALoginProblem() {
    fake.auth = Auth.BASIC;
    rig.entries.put(
        fake.name(),
        new Entry(
            "ci",
            () -> {
              throw new UncheckedIOException(new IOException("/etc/holdfast/token: no such file"));
            },
            false));
    assertThatThrownBy(this::resolve)
        .isInstanceOf(Unauthorized.class)
        .hasMessageContaining("/etc/holdfast/token")
        .hasMessageContaining("password-file");
  }

  @Test
  void noMessageHoldsAPassword() {
    fake.auth = Auth.TOKEN;
    rig.login("ci", "wrong-pw");
    assertThatThrownBy(this::resolve).hasMessageNotContaining("wrong-pw");
    assertThatThrownBy(this::resolve).hasMessageNotContaining("wrong-pw");
    assertThat(rig.registry.credentials(fake.name()).orElseThrow().toString())
        .doesNotContain("wrong-pw");
    assertThat(rig.entries.toString()).doesNotContain("wrong-pw");
  }

  private void assertRefused() {
    assertThatThrownBy(this::resolve)
        .isInstanceOf(Unauthorized.class)
        .hasMessageContaining("could not look up");
  }

  private Digest resolve() {
    return rig.registry.resolve(rig.image("acme/api:1"));
  }
}
