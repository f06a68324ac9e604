package dev.holdfast.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.api.FakeApps;
import dev.holdfast.api.Pulls;
import dev.holdfast.api.TestAgent;
import dev.holdfast.api.Views;
import dev.holdfast.api.Wire;
import dev.holdfast.api.Wire.Answer;
import dev.holdfast.backup.Operation;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Memory;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.AppView.ServiceView;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.store.Store.LogLine;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pages of apps whose every text is hostile. */
@QuarkusTest
@TestProfile(TestAgent.class)
class HostilePagesTest {
  private static final String ACCEPT = "Accept: text/html";
  private static final String SECOND = "20261120T130000Z-4f3c2a1b9d0e";

  @Inject FakeApps apps;
  @Inject Pulls pulls;

  @TestHTTPResource("/")
  URI address;

  @Test
  void nothingThatSomebodyElseWroteBecomesMarkup() throws IOException {
    apps.clear();
    apps.put(hostileView());
    apps.put(waitingView());
    apps.data("waits", new Apps.Data(operation(), List.of(), null, Set.of()));
    apps.put(hostileRecord());
    apps.log(SECOND, new LogLine(Views.NOON, "info", "update", "web", Hostile.all()));
    apps.output(SECOND, "migrate-web.log", Hostile.all());
    pulls.at(new Pulls.Pull("shop", Hostile.all(), 1, 2));
    try {
      for (String path :
          List.of(
              "/",
              "/apps/shop",
              "/apps/waits",
              "/deployments/" + SECOND,
              "/apps/shop/next",
              "/sign-in")) {
        assertHarmless(path, page(path));
      }
    } finally {
      pulls.ended("shop", Hostile.all());
    }
  }

  /** Whatever tags there are are those that a page without any hostile text has too. */
  private static void assertHarmless(String path, String page) {
    assertThat(page)
        .as(path)
        .doesNotContainIgnoringCase("<img")
        .doesNotContainIgnoringCase("<style")
        .doesNotContainIgnoringCase("<svg")
        .doesNotContainIgnoringCase("<base")
        .doesNotContain("\u202e", "\u001b", "\u0000", "\u2066", "\u200b");
    assertThat(Pattern.compile("<script").matcher(page).results().count()).isEqualTo(1);
    String withoutValues = page.replaceAll("=\"[^\"]*\"", "=\"\"");
    assertThat(Pattern.compile("<[a-z][^>]*\\s(on[a-z]+|style)\\s*=").matcher(withoutValues).find())
        .as(path + " has a handler or a style")
        .isFalse();
    assertThat(Pattern.compile("(href|src|action)=\"(?!/|#main)").matcher(page).find())
        .as(path + " leads elsewhere")
        .isFalse();
  }

  private static AppView hostileView() {
    String bad = Hostile.all();
    AppView view = Views.phase(Phase.Degraded, bad).apply(Views.synced("shop"));
    ContainerView container = new ContainerView(bad, bad, bad, bad, 1, Views.NOON);
    ServiceView service = new ServiceView(bad, bad, bad, List.of(container, container), false);
    return Views.sourceError(bad).apply(Views.services(view, List.of(service)));
  }

  /** Whose release, of which each text is hostile, waits for somebody who looks at its page. */
  private static AppView waitingView() {
    String bad = Hostile.all();
    AppView v = Views.awaiting("waits");
    return new AppView(
        v.app(),
        v.phase(),
        bad,
        bad,
        bad,
        bad,
        bad,
        bad,
        v.since(),
        v.source(),
        new AppView.Named(bad, bad, bad),
        bad,
        List.of(new Memory.Quarantine(bad, bad, bad, Views.NOON, 1, null)),
        null,
        new AppView.Approval(
            bad, "waiting", bad, Views.NOON, bad, Views.NOON, null, List.of(bad), List.of(bad)),
        v.services(),
        v.deployment(),
        new AppView.Rollback(bad, true, bad),
        AppView.Awaits.APPROVAL,
        v.shells());
  }

  private static Operation operation() {
    String bad = Hostile.all();
    return new Operation(
            SECOND, Operation.Kind.RESTORE, SECOND, List.of(bad), true, bad, Views.NOON)
        .ended(Operation.Phase.FAILED, Views.NOON, bad);
  }

  private static DeploymentRecord hostileRecord() {
    String bad = Hostile.all();
    DeploymentRecord r = Views.deployment("shop", SECOND, Status.FAILED, Views.NOON);
    List<StepRecord> steps = new ArrayList<>(r.steps());
    steps.add(new StepRecord("migrate", "web", Views.NOON, null, StepStatus.FAILED, bad));
    steps.add(new StepRecord(bad, bad, Views.NOON, null, StepStatus.RUNNING, bad));
    return new DeploymentRecord(
        r.deploymentId(),
        r.timestamp(),
        r.endedAt(),
        bad,
        r.app(),
        bad,
        r.kind(),
        r.status(),
        r.direction(),
        bad,
        bad,
        bad,
        r.commitTime(),
        bad,
        bad,
        bad,
        bad,
        List.of(bad),
        r.healthChecks(),
        true,
        true,
        r.before(),
        r.migrations(),
        r.undone(),
        steps,
        new Failure("probe", bad, bad, List.of(bad, bad)),
        r.gaps(),
        r.approval(),
        r.passedWindow(),
        r.leftOut());
  }

  private String page(String path) throws IOException {
    Answer answer = Wire.get(address.getPort(), path, ACCEPT);
    assertThat(answer.status()).as(path + "\n" + answer.body()).isEqualTo(200);
    assertThat(answer.type()).contains("text/html", "utf-8");
    return answer.body();
  }
}
