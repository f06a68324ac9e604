package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The flow of docs/staging.md: two agents, one repository with two folders, CI in between. */
class StagingIT {
  @RegisterExtension final Server staging = new Server();
  @RegisterExtension final Server production = new Server();
  private App stage;
  private App shop;

  private void folders() {
    stage = staging.app();
    shop = production.app();
    stage.web("1.0.0");
    for (String folder : List.of("staging", "production")) {
      stage
          .repo
          .write(
              folder + "/compose.yaml",
              "x-holdfast: { watch: 1s }\nservices:\n" + stage.webService("web"))
          .write(folder + "/versions.yaml", versions("1.0.0"));
    }
    stage.repo.push("two folders");
    stage.source = in("staging");
    shop.source = in("production");
    shop.settings.add("approval: required");
    staging.add(stage);
    production.add(shop);
    staging.awaitLive(stage, "1.0.0");
    production.awaitPhase(shop, "AwaitingApproval");
    production.cli().run("approve", shop.name).orFail();
    production.awaitLive(shop, "1.0.0");
  }

  private String in(String folder) {
    return "git: { url: \"" + stage.repo.url() + "\", ref: main, path: " + folder + " }";
  }

  private static String versions(String version) {
    return "version: \"" + version + "\"\nservices:\n  web: \"" + version + "\"\n";
  }

  /** What a CI job does: set, push, wait, promote. */
  private Shell.Ended pipeline(String version) {
    stage.repo.write("staging/versions.yaml", versions(version)).push("staging " + version);
    List<String> command = new ArrayList<>();
    command.add(Path.of("deploy/ci/promote.sh").toAbsolutePath().toString());
    command.addAll(List.of("staging", "production"));
    command.addAll(
        List.of(Cli.program(), "wait", stage.name, "--version", version, "--timeout", "2m"));
    return Shell.run(
        command,
        stage.repo.file("."),
        Map.of("HOLDFAST_SOCKET", staging.folder().resolve("s").toString(), "NO_COLOR", "1"));
  }

  @Test
  void productionHearsOfAVersionOnceStagingRunsItAndAPersonHasTheLastWord() {
    folders();
    stage.web("1.1.0");
    pipeline("1.1.0").orFail();
    staging.awaitLive(stage, "1.1.0");
    production.await(
        shop,
        "1.1.0 to be asked for",
        view ->
            view.path("phase").asText().equals("AwaitingApproval")
                && view.path("desired").path("version").asText().equals("1.1.0"));
    assertThat(production.box(shop, "web").version()).isEqualTo("1.0.0");
    production.cli().run("approve", shop.name).orFail();
    production.awaitLive(shop, "1.1.0");
    assertThat(production.box(shop, "web").version()).isEqualTo("1.1.0");
    assertThat(staging.deployments(stage)).as("its commit is none of staging's").hasSize(2);

    stage.web("bad", "HEALTH=fail");
    Shell.Ended failed = pipeline("bad");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err() + failed.out()).contains("rolled-back");
    assertThat(stage.repo.read("production/versions.yaml")).isEqualTo(versions("1.1.0"));
    assertThat(production.deployments(shop)).hasSize(2);
    assertThat(production.look(shop).path("phase").asText()).isEqualTo("Synced");

    stage.web("1.2.0");
    pipeline("1.2.0").orFail();
    staging.awaitLive(stage, "1.2.0");
    production.await(
        shop,
        "1.2.0 to be asked for",
        view -> view.path("desired").path("version").asText().equals("1.2.0"));
    production.await(
        shop, "a wait", view -> view.path("approval").path("state").asText().equals("waiting"));
    production.cli().run("reject", shop.name, "--reason", "after the fair").orFail();
    production.awaitOutcome(shop, "1.2.0", "failed");
    assertThat(production.box(shop, "web").version()).isEqualTo("1.1.0");
  }
}
