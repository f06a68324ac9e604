package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.RegistryProxy.Fault;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Bad input changes nothing: the app stays, its phase and `status` say why, other apps go on, and
 * once the input is good again the app follows it without a person.
 */
class BadInputIT {
  @RegisterExtension static final Server server = new Server();

  /** An app that runs, and the way to its registry. */
  private record Running(App app, RegistryProxy proxy) {
    void compose(String top, String... more) {
      app.compose(top, app.webService("web", more));
    }
  }

  enum Broken {
    COMPOSE_IS_NO_YAML(
        "compose.yaml:",
        r -> r.app.repo.write("compose.yaml", "services:\n  web: [\n").push("broken")),
    VERSIONS_ARE_HALF_WRITTEN(
        "versions.yaml",
        r ->
            r.app
                .repo
                .write("versions.yaml", "version: \"2\"\nservices:\n  web: \"1.0")
                .push("half")),
    VERSIONS_ARE_EMPTY("versions.yaml", r -> r.app.repo.write("versions.yaml", "").push("nothing")),
    VERSIONS_NAME_AN_UNKNOWN_SERVICE(
        "wbe",
        r ->
            r.app
                .repo
                .write("versions.yaml", "version: \"2\"\nservices:\n  wbe: \"1.0.0\"\n")
                .push("a typing mistake")),
    COMPOSE_HAS_AN_UNKNOWN_KEY(
        "imgae",
        r -> {
          r.compose("", "imgae: x");
          r.app.repo.push("a typing mistake");
        }),
    A_REQUIRED_VARIABLE_IS_UNSET(
        "DATABASE_URL",
        r -> {
          r.compose("", "labels: { url: \"${DATABASE_URL:?is not set}\" }");
          r.app.repo.push("wants a variable");
        }),
    THE_REF_IS_GONE(
        "main",
        r -> {
          r.app.repo.git(r.app.repo.bare(), "branch", "-m", "main", "elsewhere");
        }) {
      @Override
      void mend(Running r) {
        r.app.repo.git(r.app.repo.bare(), "branch", "-m", "elsewhere", "main");
        super.mend(r);
      }
    },
    THE_IMAGE_DOES_NOT_EXIST("9.9.9", r -> r.app.release("9.9.9", "web=9.9.9")),
    /**
     * Not asked again soon, lest the registry locks the address out; new credentials end the wait.
     */
    THE_REGISTRY_ANSWERS_401("refused", r -> r.proxy.fail("/manifests/", new Fault.Status(401))) {
      @Override
      void mend(Running r) {
        server.settings.add(
            "registries: { \"%s\": { username: ci, password-file: %s } }"
                .formatted(r.proxy.address(), server.secret("registry.password", "pw-ci")));
        server.configure();
        super.mend(r);
      }
    },
    THE_REGISTRY_ANSWERS_404("1.0.0", r -> r.proxy.fail("/manifests/", new Fault.Status(404))),
    THE_REGISTRY_ANSWERS_429("429", r -> r.proxy.fail("/manifests/", new Fault.Status(429))),
    THE_REGISTRY_ANSWERS_500("500", r -> r.proxy.fail("/manifests/", new Fault.Status(500))),
    THE_REGISTRY_IS_SILENT("127.0.0.1", r -> r.proxy.fail("/manifests/", new Fault.Silence()));

    private final String why;
    private final Consumer<Running> breaks;

    Broken(String why, Consumer<Running> breaks) {
      this.why = why;
      this.breaks = breaks;
    }

    void mend(Running running) {
      running.proxy.heal();
      running.compose("x-holdfast: { watch: 1s }", "labels: { mended: \"yes\" }");
      running.app.repo.write("versions.yaml", "version: \"mended\"\nservices:\n  web: \"1.0.0\"\n");
      running.app.repo.push("mended");
    }
  }

  /** All kinds at once, each on an app of its own, beside one that goes on. */
  @Test
  @Staged(
      part = Part.GIT,
      fault =
          "compose.yaml or versions.yaml is broken, half or empty, names what is not there, or lacks"
              + " a variable; the ref is gone; the image is not there; the registry answers 401, 404,"
              + " 429 or 500, or nothing",
      then =
          "the app stays and `status` says why, with the place; other apps go on; once it is good"
              + " again it is followed")
  void theAppStaysSaysWhyAndRecoversWhileOthersGoOn() {
    server.settings.add("concurrency: 8");
    App bystander = server.app().ordinary();
    server.add(bystander);
    Map<Broken, Running> all = new EnumMap<>(Broken.class);
    try {
      for (Broken broken : Broken.values()) {
        all.put(broken, running());
      }
      server.add(all.values().stream().map(Running::app).toArray(App[]::new));
      all.values().forEach(running -> server.awaitLive(running.app, "1.0.0"));
      Map<Broken, String> ids = new EnumMap<>(Broken.class);
      all.forEach((broken, running) -> ids.put(broken, server.box(running.app, "web").id()));
      all.forEach((broken, running) -> broken.breaks.accept(running));
      assertAll(
          all.entrySet().stream()
              .map(e -> () -> staysAndSaysWhy(e.getKey(), e.getValue(), ids.get(e.getKey()))));
      bystander.web("1.1.0").release("1.1.0", "web=1.1.0");
      server.awaitLive(bystander, "1.1.0");
      all.forEach(Broken::mend);
      assertAll(
          all.values().stream().map(running -> () -> server.awaitLive(running.app, "mended")));
    } finally {
      all.values().forEach(running -> running.proxy.close());
    }
  }

  private static Running running() {
    RegistryProxy proxy = new RegistryProxy(World.get().registry());
    App app = server.app();
    app.registry = proxy.address();
    return new Running(app.ordinary(), proxy);
  }

  private static void staysAndSaysWhy(Broken broken, Running running, String id) {
    App app = running.app;
    JsonNode view =
        server.await(
            app,
            "Degraded by " + broken,
            v ->
                v.path("phase").asText().equals("Degraded")
                    && v.path("reason").asText().contains(broken.why));
    assertThat(server.cli().run("status", app.name).text()).contains("Degraded", broken.why);
    assertThat(view.path("version").asText()).isEqualTo("1.0.0");
    assertThat(server.box(app, "web").id()).isEqualTo(id);
    assertThat(server.deployments(app)).hasSize(1);
  }
}
