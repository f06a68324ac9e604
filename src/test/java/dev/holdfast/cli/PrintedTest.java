package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.api.Views;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Memory;
import dev.holdfast.reconcile.AppView.Phase;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What people see, to the letter, in 80 columns; and the exit codes that scripts see. */
@Timeout(30)
class PrintedTest {
  private FakeAgent agent;

  @BeforeEach
  void start() throws IOException {
    agent = new FakeAgent();
  }

  @AfterEach
  void end() throws IOException {
    agent.close();
  }

  @Test
  void statusOfSeveralApps() {
    agent.with("shop", "a-very-long-name-of-an-application");
    agent.apps.change("shop", Views.held(new Memory.Hold("stocktaking", "ann", Views.NOON)));
    assertThat(agent.run("status").out())
        .isEqualTo(
            """
            APP                           PHASE   RELEASE       VERSION       COMMIT   SINCE
            a-very-long-name-of-an-appl…  Synced  0a1b2c3d4e5f  2026.11.20-3  4f3c2a1  2h
              SERVICE  IMAGE                   HEALTH   RESTARTS
              api      ghcr.io/acme/api:1.4.2  healthy  0
              web      ghcr.io/acme/web:1.4.2  running  2
            shop                          Held    0a1b2c3d4e5f  2026.11.20-3  4f3c2a1  2h
              ! stocktaking
              ! held by ann
              SERVICE  IMAGE                   HEALTH   RESTARTS
              api      ghcr.io/acme/api:1.4.2  healthy  0
              web      ghcr.io/acme/web:1.4.2  running  2
            """);
  }

  @Test
  void historyForASpreadsheet() {
    agent.with("shop");
    agent.apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.ROLLED_BACK, Views.NOON));
    String[] lines = agent.run("history", "-o", "csv").out().split("\n", -1);
    assertThat(lines[0])
        .isEqualTo(
            "deployment_id,timestamp,ended_at,server,app,environment,status,version,release,"
                + "previous_release,git_sha,cause,failure_step,failure_service,failure_reason");
    assertThat(lines[1])
        .startsWith("20261120T120000Z-4f3c2a1b9d0e,2026-11-20T12:00:00.000Z,")
        .contains(",vps-1,shop,production,rolled-back,2026.11.20-3,")
        .contains(",probe,api,");
    assertThat(lines).hasSize(3);
  }

  @Test
  void historyAndShow() {
    agent.with("shop");
    agent.apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.ROLLED_BACK, Views.NOON));
    assertThat(agent.run("history").out())
        .isEqualTo(
            """
            DEPLOYMENT                     APP   STATUS       VERSION       AGE  TOOK  GAP
            20261120T120000Z-4f3c2a1b9d0e  shop  rolled-back  2026.11.20-3  2h   42s   812ms
            """);
    assertThat(agent.run("show", Views.DEPLOYMENT).out())
        .isEqualTo(
            """
            Deployment: 20261120T120000Z-4f3c2a1b9d0e
            App:        shop (production on vps-1)
            Status:     rolled-back
            Cause:      image of api: 1.4.1 -> 1.4.2
            Release:    9f8e7d6c5b4a (before: 0a1b2c3d4e5f)
            Version:    2026.11.20-3
            Commit:     4f3c2a1b9d0e
            Source:     main 4f3c2a1b9d0e11223344556677889900aabbccdd
            Began:      2026-11-20T12:00:00.000Z (took 42s)
            Services:   api
            Health:     api unhealthy
            Gap:        api 812ms
            Rollback:   available

            STEP     SERVICE  STATUS     TOOK  MESSAGE
            pull     -        succeeded  4.0s  2 images
            migrate  api      succeeded  2.0s  -
            update   api      succeeded  3.0s  -

            Failed at probe of api: GET :3001/api/health answered 500, 5 times
              | Error: no such table
              | exit 1
            """);
  }

  @Test
  void diffSaysWhatAndWhyAndItsExitCode() {
    agent.with("shop");
    Command.Result nothing = agent.run("diff", "shop", "--exit-code");
    assertThat(nothing.out())
        .isEqualTo("shop: nothing to do; release 0a1b2c3d4e5f runs as it should\n");
    assertThat(nothing.code()).isZero();
    agent.apps.change("shop", Views.progressing(Views.NEW, Views.DEPLOYMENT));
    Command.Result changes = agent.run("diff", "shop", "--exit-code");
    assertThat(changes.code()).isEqualTo(3);
    assertThat(agent.run("diff", "shop").code()).isZero();
    assertThat(changes.out())
        .isEqualTo(
            """
            shop: release 0a1b2c3d4e5f -> 9f8e7d6c5b4a
              1. pull      ghcr.io/acme/api:1.4.3@sha256:8a1f
                           because new image of api
              2. migrate   api: npx prisma migrate deploy
                           because the release is new
              3. update    api: replace shop-api-1 (recreate)
                           because image 1.4.2 -> 1.4.3
            """);
  }

  @Test
  void diffOfAHeldAppSaysWhatTheHoldKeepsBack() {
    agent.with("shop");
    agent.apps.change("shop", Views.held(new Memory.Hold("stocktaking", "ann", Views.NOON)));
    assertThat(agent.run("diff", "shop").out())
        .startsWith("shop: release 0a1b2c3d4e5f is put right, once it is resumed\n  1. pull ");
    assertThat(agent.run("diff", "shop", "--exit-code").code()).isEqualTo(3);
  }

  @Test
  void whySaysTheReasonsTheirEvidenceAndWhatToDo() {
    agent.with("shop");
    agent.apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.ROLLED_BACK, Views.NOON));
    agent.apps.change("shop", Views.progressing(Views.NEW, Views.DEPLOYMENT));
    agent.apps.change("shop", Views.quarantined("GET :3001/api/health answered 500, 5 times"));
    assertThat(agent.run("why", "shop").out())
        .isEqualTo(
            """
            shop is Degraded for 2h: it runs release 0a1b2c3d4e5f (version 2026.11.20-3), and something is wrong
              1. the desired release 9f8e7d6c5b4a failed at 2026-11-20T12:00:00Z and is in quarantine
                 | GET :3001/api/health answered 500, 5 times
              2. deployment 20261120T120000Z-4f3c2a1b9d0e ended as rolled-back (it began because of: image of api: 1.4.1 -> 1.4.2)
              3. it failed at probe of api
                 | GET :3001/api/health answered 500, 5 times
                 | Error: no such table
                 | exit 1
            next: read all of it: `holdfast logs 20261120T120000Z-4f3c2a1b9d0e`
            next: push a release that mends it; it is tried at once
            next: where the cause lay elsewhere and is gone: `holdfast retry shop`
            """);
    assertThat(agent.run("why", "shop", "-o", "json").out()).contains("\"phase\" : \"Degraded\"");
  }

  @Test
  void whySaysWhatHoldsAnAppAndWhatCannotBeRead() {
    agent.with("shop");
    agent.apps.change("shop", Views.held(new Memory.Hold("stocktaking", "ann", Views.NOON)));
    assertThat(agent.run("why", "shop").out())
        .isEqualTo(
            """
            shop is Held for 2h: somebody told the agent to leave it as it is
              1. held by ann since 2026-11-20T12:00:00Z
                 | stocktaking
            next: let the agent go on: `holdfast resume shop`
            """);
    agent.apps.change(
        "shop", Views.sourceError("compose.yaml:3:5: services.api.imge: unknown key"));
    assertThat(agent.run("why", "shop").out())
        .contains("its desired state cannot be read", "| compose.yaml:3:5: services.api.imge");
  }

  @Test
  void nothingFromOutsideMovesTheCursor() {
    agent.with("shop");
    agent.apps.change(
        "shop",
        Views.phase(Phase.Degraded, "\u001b[2J\u001b]0;owned\u0007evil\u202Etxt\r\u009b31m"));
    assertThat(agent.run("status").out())
        .contains("! [2J]0;ownedeviltxt31m")
        .doesNotContainPattern("[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u202e]");
    assertThat(agent.run("status", "-o", "json").out())
        .contains("\\u202e")
        .doesNotContainPattern("[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u202e]");
  }

  @Test
  void noAgentIsExitCode4WithWhatToDo() throws IOException {
    agent.die();
    Command.Result result = agent.run("status");
    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err())
        .startsWith("holdfast: could not reach the agent at ")
        .contains("systemctl start holdfast");
    Command.Result nowhere = Command.run("status", "--socket", "/nonexistent/socket");
    assertThat(nowhere.code()).isEqualTo(4);
    assertThat(nowhere.err()).contains("there is no such socket", "systemctl start holdfast");
  }

  @Test
  void anAnswerThatIsBrokenOffIsNeverTakenForWhole() {
    agent.answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n");
    assertThat(agent.run("status").code()).isEqualTo(4);
    agent.answer("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[]");
    assertThat(agent.run("status").code()).isEqualTo(4);
    agent.answer("SSH-2.0-OpenSSH\r\n");
    assertThat(agent.run("status").err()).contains("does not speak HTTP");
  }
}
