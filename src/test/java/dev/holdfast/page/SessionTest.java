package dev.holdfast.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.api.FakeApps;
import dev.holdfast.api.TestAgent;
import dev.holdfast.api.Views;
import dev.holdfast.api.Wire;
import dev.holdfast.api.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may press the page's buttons: somebody who gave the token, on the page's own form. */
@QuarkusTest
@TestProfile(TestAgent.class)
class SessionTest {
  private static final String TOKEN = "s3cr3t+0123456789";
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
  private static final String ACCEPT = "Accept: text/html";
  private static final String AFAR = "X-Forwarded-For: 192.0.2.7";

  @Inject FakeApps apps;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void oneAppAndAToken() throws IOException {
    apps.clear();
    apps.put(Views.synced("shop"));
    Files.writeString(TestAgent.TOKEN, TOKEN + "\n");
  }

  @Test
  void aButtonAsksBackAndThenDoesIt() throws IOException {
    String cookie = signIn();
    assertThat(get("/apps/shop", cookie).body()).contains("href=\"/apps/shop/hold\"");
    Answer confirm = get("/apps/shop/hold", cookie);
    assertThat(confirm.body()).contains("Hold shop?");
    assertThat(apps.requests()).isEmpty();
    Answer done =
        post("/apps/shop/hold", "said=disk+is+changed&key=" + key(confirm.body()), cookie);
    assertThat(done.status()).isEqualTo(303);
    assertThat(header(done, "location")).endsWith("/apps/shop?asked=hold");
    assertThat(apps.requests()).containsExactly("hold shop by page: disk is changed");
    assertThat(get("/apps/shop?asked=hold", cookie).body()).contains("Asked to hold.");
    assertThat(get("/apps/shop?asked=%3Cscript%3E", cookie).body()).doesNotContain("Asked to");
  }

  @Test
  void eachButtonDoesItsOwn() throws IOException {
    String cookie = signIn();
    String key = key(get("/apps/shop/sync", cookie).body());
    for (String action : new String[] {"sync", "resume", "retry", "rollback"}) {
      assertThat(post("/apps/shop/" + action, "key=" + key, cookie).status()).isEqualTo(303);
    }
    assertThat(post("/apps/shop/rollback", "key=" + key + "&said=" + Views.NEW, cookie).status())
        .isEqualTo(303);
    assertThat(apps.requests())
        .containsExactly(
            "sync shop",
            "resume shop by page",
            "retry shop by page",
            "rollback shop to null by page",
            "rollback shop to " + Views.NEW + " by page");
    Answer refused = post("/apps/shop/rollback", "key=" + key + "&said=deadbeef0000", cookie);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body()).contains("is not kept").contains("<h1>");
    assertThat(post("/apps/shop/rollback", "key=" + key + "&said=../x", cookie).status())
        .isEqualTo(400);
    assertThat(post("/apps/shop/backup", "key=" + key, cookie).status()).isEqualTo(303);
    assertThat(apps.requests().getLast()).startsWith("backup shop").endsWith(" by page");
  }

  @Test
  void whoApprovesSeesWhatAndMeansTheReleaseThatWasShown() throws IOException {
    apps.put(Views.awaiting("shop"));
    String cookie = signIn();
    assertThat(get("/apps/shop", cookie).body())
        .contains("href=\"/apps/shop/approve\"")
        .contains("href=\"/apps/shop/reject\"")
        .contains("api:1.4.2 -&gt; ghcr.io/acme/api:1.4.3")
        .contains("npx prisma migrate deploy")
        .contains("is put back");
    Answer confirm = get("/apps/shop/approve", cookie);
    assertThat(confirm.body())
        .contains("Approve shop?")
        .contains("value=\"" + Views.NEW + "\"")
        .contains("is put back");
    String key = "key=" + key(confirm.body());
    assertThat(post("/apps/shop/approve", key + "&release=" + Views.OLD, cookie).status())
        .isEqualTo(409);
    assertThat(get("/apps/shop/reject", cookie).body()).contains("name=\"said\"");
    post("/apps/shop/reject", key + "&said=not+today&release=" + Views.NEW, cookie);
    post("/apps/shop/approve", key + "&release=" + Views.NEW, cookie);
    post("/apps/shop/sync", key + "&said=it+is+urgent", cookie);
    assertThat(apps.requests())
        .containsExactly(
            "reject shop " + Views.NEW + " by page: not today",
            "approve shop " + Views.NEW + " by page",
            "sync shop now by page: it is urgent");
  }

  @Test
  void withoutASessionNothingIsDoneAndTheTokenIsAskedFor() throws IOException {
    Answer answer = post("/apps/shop/sync", "key=x", "");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).contains("name=\"token\"").contains("value=\"/apps/shop/sync\"");
    assertThat(get("/apps/shop/sync", "").status()).isEqualTo(303);
    assertThat(get("/apps/shop", "").body()).contains("Sign in to act");
    assertThat(apps.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "key=", "key=0000", "key=%00"})
  void aFormWithoutTheKeyOfTheSessionDoesNothing(String body) throws IOException {
    Answer answer = post("/apps/shop/sync", body, signIn());
    assertThat(answer.status()).isEqualTo(403);
    assertThat(apps.requests()).isEmpty();
  }

  @Test
  void theKeyOfAnotherSessionDoesNothing() throws IOException {
    String other = key(get("/apps/shop/sync", signIn()).body());
    assertThat(post("/apps/shop/sync", "key=" + other, signIn()).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: https://evil.example.com",
        "Origin: null",
        "Origin: http://127.0.0.1:1",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"
      })
  void aFormOfAnotherSiteDoesNothingEvenWithTheKey(String header) throws IOException {
    String cookie = signIn();
    String key = key(get("/apps/shop/sync", cookie).body());
    Answer answer =
        Wire.send(
            address.getPort(),
            "POST /apps/shop/sync",
            "key=" + key,
            FORM,
            "Cookie: " + cookie,
            header);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(apps.requests()).isEmpty();
  }

  @Test
  void theOwnOriginIsGoodAndALinkFromElsewhereLeadsHere() throws IOException {
    String cookie = signIn();
    String key = key(get("/apps/shop/sync", cookie).body());
    String origin = "Origin: http://127.0.0.1:" + address.getPort();
    Answer done =
        Wire.send(
            address.getPort(),
            "POST /apps/shop/sync",
            "key=" + key,
            FORM,
            "Cookie: " + cookie,
            origin,
            "Sec-Fetch-Site: same-origin");
    assertThat(done.status()).isEqualTo(303);
    String[] link = {
      "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"
    };
    assertThat(Wire.get(address.getPort(), "/apps/shop", link).status()).isEqualTo(200);
    assertThat(
            Wire.get(
                    address.getPort(),
                    "/api/v1/apps/shop/diff",
                    "Sec-Fetch-Site: cross-site",
                    "Sec-Fetch-Mode: no-cors",
                    "Sec-Fetch-Dest: image")
                .status())
        .isEqualTo(403);
  }

  @Test
  void theApiTakesNoWriteFromASession() throws IOException {
    String cookie = signIn();
    for (String path :
        new String[] {
          "/api/v1/apps/shop/sync",
          "//api/v1/apps/shop/sync",
          "/apps/../api/v1/apps/shop/sync",
          "/%61pi/v1/apps/shop/sync",
          "/apps/x/../../api/v1/apps/shop/sync"
        }) {
      Answer answer = Wire.send(address.getPort(), "POST " + path, "", "Cookie: " + cookie);
      assertThat(answer.status()).as(path).isGreaterThanOrEqualTo(400);
    }
    assertThat(apps.requests()).isEmpty();
    assertThat(Wire.get(address.getPort(), "/api/v1/apps", AFAR, "Cookie: " + cookie).status())
        .isEqualTo(200);
  }

  @Test
  void fromAfarNothingIsShownBeforeTheTokenIsGiven() throws IOException {
    for (String path : new String[] {"/", "/apps/shop", "/api/v1/apps", "/q/metrics"}) {
      Answer answer = Wire.get(address.getPort(), path, AFAR, ACCEPT);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.body()).contains("name=\"token\"").doesNotContain("vps-1", "acme");
    }
    assertThat(Wire.get(address.getPort(), "/assets/page.css", AFAR).status()).isEqualTo(200);
    assertThat(Wire.get(address.getPort(), "/apps/shop", AFAR, "Cookie: " + signIn()).status())
        .isEqualTo(200);
  }

  @Test
  void aWrongTokenOpensNothing() throws IOException {
    for (String token : new String[] {"", "wrong", TOKEN + "x", "%00"}) {
      Answer answer = post("/sign-in", "token=" + token, "");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.head()).doesNotContainIgnoringCase("set-cookie");
      assertThat(answer.body()).contains("not the token");
    }
  }

  @Test
  void theCookieIsOutOfReachOfScriptsAndHoldsNoToken() throws IOException {
    Answer answer = post("/sign-in", "token=" + encoded() + "&to=/apps/shop", "");
    assertThat(answer.status()).isEqualTo(303);
    assertThat(header(answer, "location")).endsWith("/apps/shop");
    assertThat(header(answer, "set-cookie"))
        .startsWith("holdfast-" + address.getPort() + "=")
        .containsIgnoringCase("HttpOnly")
        .containsIgnoringCase("SameSite=Lax")
        .doesNotContain(TOKEN);
    assertThat(header(post("/sign-in", "token=" + encoded() + "&to=//evil.com", ""), "location"))
        .doesNotContain("evil");
  }

  @Test
  void aSessionEndsWithItsTokenAndWithItsPerson() throws IOException {
    String cookie = signIn();
    String key = key(get("/apps/shop/sync", cookie).body());
    assertThat(post("/sign-out", "key=" + key, cookie).status()).isEqualTo(303);
    assertThat(get("/apps/shop/sync", cookie).status()).isEqualTo(303);

    String second = signIn();
    Files.writeString(TestAgent.TOKEN, "another\n");
    assertThat(get("/apps/shop/sync", second).status()).isEqualTo(303);
    assertThat(get("/apps/shop/sync", second).head().toLowerCase()).contains("/sign-in?to=");
    Files.delete(TestAgent.TOKEN);
    assertThat(get("/apps/shop", second).body()).contains("api.token-file");
  }

  @Test
  void signInIsClosedToAPageThatPointedItsOwnNameHere() throws IOException {
    for (String request : new String[] {"GET /sign-in", "POST /sign-in", "GET /assets/page.js"}) {
      Answer answer =
          Wire.send(
              address.getPort(), request, "token=" + encoded(), FORM, "Host: evil.example.com");
      assertThat(answer.status()).as(request).isEqualTo(403);
    }
  }

  private String signIn() throws IOException {
    Answer answer = post("/sign-in", "token=" + encoded(), "");
    assertThat(answer.status()).isEqualTo(303);
    return header(answer, "set-cookie").split(";", 2)[0];
  }

  private static String encoded() {
    return TOKEN.replace("+", "%2B");
  }

  private static String key(String page) {
    Matcher key = Pattern.compile("name=\"key\" value=\"([0-9a-f]{64})\"").matcher(page);
    assertThat(key.find()).as(page).isTrue();
    return key.group(1);
  }

  private static String header(Answer answer, String name) {
    return answer
        .head()
        .lines()
        .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  private Answer get(String path, String cookie) throws IOException {
    return Wire.get(address.getPort(), path, ACCEPT, "Cookie: " + cookie);
  }

  private Answer post(String path, String body, String cookie) throws IOException {
    return Wire.send(address.getPort(), "POST " + path, body, FORM, ACCEPT, "Cookie: " + cookie);
  }
}
