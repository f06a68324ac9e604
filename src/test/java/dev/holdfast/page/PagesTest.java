package dev.holdfast.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.api.FakeApps;
import dev.holdfast.api.Pulls;
import dev.holdfast.api.TestAgent;
import dev.holdfast.api.Views;
import dev.holdfast.api.Wire;
import dev.holdfast.api.Wire.Answer;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.store.Store.LogLine;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages show, and what they never do. */
@QuarkusTest
@TestProfile(TestAgent.class)
class PagesTest {
  private static final String ACCEPT = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";
  private static final String SECOND = "20261120T130000Z-4f3c2a1b9d0e";

  @Inject FakeApps apps;
  @Inject Pulls pulls;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void oneAppWithADeployment() throws IOException {
    Files.writeString(TestAgent.TOKEN, "token");
    apps.clear();
    apps.put(Views.synced("shop"));
    apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.ROLLED_BACK, Views.NOON));
  }

  @Test
  void theFirstPageTellsOfEveryAppWhatMattersAtNight() throws IOException {
    apps.put(Views.phase(Phase.Degraded, "no such image").apply(Views.synced("blog")));
    String page = page("/");
    assertThat(page)
        .contains("Needs a look: blog.")
        .contains("vps-1")
        .contains("no such image")
        .contains("2026.11.20-3")
        .contains(Views.OLD)
        .contains("ghcr.io/acme/api:1.4.2")
        .contains("healthy")
        .contains("rolled-back");
    assertThat(page.indexOf("id=\"app-blog\"")).isLessThan(page.indexOf("id=\"app-shop\""));
  }

  @Test
  void anAppsPageHasItsServicesWithWhatTheyTakeAndItsHistory() throws IOException {
    assertThat(page("/apps/shop"))
        .contains("3.4 %")
        .contains("88 MiB")
        .contains("812 ms")
        .contains("42 s")
        .contains("GET :3001/api/health answered 500, 5 times")
        .contains("/deployments/" + Views.DEPLOYMENT);
  }

  @Test
  void anAppThatIsNotWhereItShouldBeSaysWhyAndWhatToDo() throws IOException {
    assertThat(page("/apps/shop")).doesNotContain("What to do");
    apps.change("shop", Views.progressing(Views.NEW, SECOND));
    apps.change("shop", Views.quarantined("no such image"));
    assertThat(page("/apps/shop"))
        .contains("Why, and what to do")
        .contains("What to do</h3>")
        .contains("no such table");
  }

  @Test
  void aDeploymentInProgressIsShownStepByStepWithPullsAndOutputs() throws IOException {
    apps.put(Views.deployment("shop", SECOND, Status.IN_PROGRESS, Views.NOON));
    apps.change("shop", Views.progressing(Views.NEW, SECOND));
    apps.output(SECOND, "migrate-api.log", "applying 20261120_init\n");
    pulls.at(new Pulls.Pull("shop", "ghcr.io/acme/api:1.4.3", 3 << 20, 12 << 20));
    for (String path : List.of("/apps/shop", "/deployments/" + SECOND)) {
      assertThat(page(path))
          .as(path)
          .contains("data-busy")
          .contains("update api")
          .contains("running")
          .contains("applying 20261120_init")
          .contains("<progress value=\"3145728\" max=\"12582912\"")
          .contains("3.0 MiB of 12 MiB")
          .contains("<noscript><meta http-equiv=\"refresh\"");
    }
    pulls.ended("shop", "ghcr.io/acme/api:1.4.3");
    assertThat(page("/apps/shop")).doesNotContain("<progress");
    assertThat(page("/")).contains("Rolling out: shop.").contains("update api");
  }

  @Test
  void aDeploymentIsShownInFullWithItsEvidence() throws IOException {
    apps.log(Views.DEPLOYMENT, new LogLine(Views.NOON, "error", "probe", "api", "answered 500"));
    apps.output(Views.DEPLOYMENT, "migrate-api.log", "all migrations applied\n");
    assertThat(page("/deployments/" + Views.DEPLOYMENT))
        .contains("image of api: 1.4.1 -&gt; 1.4.2")
        .contains("Error: no such table\nexit 1")
        .contains("12:00:00.000 ERROR probe api: answered 500")
        .contains("all migrations applied")
        .contains("api 812 ms")
        .contains("api unhealthy");
  }

  @Test
  void whatComesNextIsShownStepByStep() throws IOException {
    assertThat(page("/apps/shop/next")).contains("Nothing: what is wanted runs.");
    apps.change("shop", Views.phase(Phase.Progressing, null));
    assertThat(page("/apps/shop/next")).contains("npx prisma migrate deploy", "image 1.4.2 -&gt;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/apps/shop", "/apps/none", "/sign-in", "/assets/page.css", "/api/v1/apps"})
  void everyAnswerIsClosedToOthers(String path) throws IOException {
    Answer answer = Wire.get(address.getPort(), path, ACCEPT);
    assertThat(answer.head().toLowerCase(java.util.Locale.ROOT))
        .contains(
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'")
        .contains("frame-ancestors 'none'")
        .contains("x-content-type-options: nosniff")
        .contains("referrer-policy: same-origin")
        .containsOnlyOnce("cache-control:")
        .contains(
            path.startsWith("/assets") ? "cache-control: no-cache" : "cache-control: no-store");
  }

  @Test
  void filesAreSmallAndAskedForByTheirTagAlone() throws IOException {
    for (String file : List.of("page.css", "page.js", "icon.svg")) {
      Answer answer = Wire.get(address.getPort(), "/assets/" + file);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().length()).isLessThan(12 << 10);
      String tag =
          answer.head().lines().filter(l -> l.toLowerCase().startsWith("etag:")).findFirst().get();
      Answer again =
          Wire.get(
              address.getPort(),
              "/assets/" + file,
              "If-None-Match:" + tag.substring("etag:".length()));
      assertThat(again.status()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/nothing, 404",
    "/apps/unknown, 404",
    "/apps/Shop%20Two, 404",
    "/apps/shop/destroy, 404",
    "/apps/shop/restore, 404",
    "/deployments/none, 404",
    "/api/v1/apps/unknown, 404",
    "/apps/%3Cscript%3Ealert(1)%3C%2Fscript%3E, 404",
  })
  void anErrorIsAPageForABrowserAndAProblemForAllOthers(String path, int status)
      throws IOException {
    Answer page = Wire.get(address.getPort(), path, ACCEPT);
    assertThat(page.status()).isEqualTo(status);
    assertThat(page.type()).contains("text/html");
    assertThat(page.body()).contains("<h1>").contains("All apps").doesNotContain("<script>");
    Answer problem = Wire.get(address.getPort(), path, "Accept: application/json");
    assertThat(problem.type()).contains(status == 406 ? "" : "application/problem+json");
  }

  @Test
  void anUnexpectedErrorTellsABrowserNothingOfItsInside() throws IOException {
    apps.fail();
    Answer answer = Wire.get(address.getPort(), "/", ACCEPT);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("its log says why").doesNotContain("hunter2");
  }

  private String page(String path) throws IOException {
    Answer answer = Wire.get(address.getPort(), path, ACCEPT);
    assertThat(answer.status()).as(path + "\n" + answer.body()).isEqualTo(200);
    assertThat(answer.type()).contains("text/html", "utf-8");
    return answer.body();
  }
}
