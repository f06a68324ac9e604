package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The Debian package on a booted systemd, from its installation to its purge: one server's life in
 * the order of its days.
 */
@ExtendWith(World.Started.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackageIT {
  private static final String APP = "packaged";
  private Machine machine;
  private Docker docker;
  private Path folder;

  @BeforeAll
  void boot() throws IOException {
    World world = World.get();
    docker = new Docker(world.engine());
    machine = new Machine(world, "srv");
    folder = Files.createDirectories(machine.shared().resolve("app"));
    for (String release : List.of("1.0.0", "1.1.0")) {
      world.image("web", world.registry() + "/" + APP + "/web:" + release, release);
    }
    Files.writeString(
        folder.resolve("compose.yaml"),
        """
        x-holdfast: { watch: 4s }
        services:
          web:
            image: %s/%s/web
            stop_grace_period: 1s
            x-holdfast:
              probe: { http: { port: 8080, path: /health }, interval: 300ms, start-period: 2s }
        """
            .formatted(world.registry(), APP));
    release("1.0.0");
    Path deb = Path.of(System.getProperty("holdfast.deb"));
    Files.copy(deb, machine.shared().resolve("one.deb"));
    next(deb, machine.shared().resolve("two.deb"), "99.1");
    next(deb, machine.shared().resolve("three.deb"), "99.2");
  }

  /** The same package as a later version. */
  private void next(Path deb, Path made, String version) throws IOException {
    Path root = machine.shared().resolve("repacked");
    if (!Files.exists(root)) {
      Shell.run(List.of("dpkg-deb", "-R", deb.toString(), root.toString())).orFail();
    }
    Path control = root.resolve("DEBIAN/control");
    Files.writeString(
        control, Files.readString(control).replaceAll("(?m)^Version: .*", "Version: " + version));
    Shell.run(
            List.of(
                "dpkg-deb", "--root-owner-group", "-Znone", "-b", root.toString(), made.toString()))
        .orFail();
  }

  private void release(String version) throws IOException {
    Path fresh = folder.resolve("new");
    Files.writeString(fresh, "version: " + version + "\nservices: { web: " + version + " }\n");
    Files.move(
        fresh, folder.resolve("versions.yaml"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  @AfterAll
  void end() {
    docker.boxes(APP).forEach(box -> docker.tried("rm", "-f", "-v", box.id()));
    machine.close();
  }

  private String install(String deb) {
    Shell.Ended ended = machine.run("dpkg", "-i", "/srv/world/" + deb);
    return ended.orFail().out();
  }

  private <T> T until(String what, Supplier<T> look, Predicate<T> condition) {
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    T seen = look.get();
    while (!condition.test(seen)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited for " + what + "; last seen: " + seen + "\n" + journal());
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      seen = look.get();
    }
    return seen;
  }

  private String journal() {
    return machine.run("journalctl", "-u", "holdfast", "--no-pager", "-n", "1000").out();
  }

  private void awaitStatus(String text) {
    until("status " + text, () -> machine.unit("StatusText"), seen -> seen.contains(text));
  }

  /** What runs: container, when it was started. */
  private String running() {
    return docker.boxes(APP).stream()
        .filter(Box::runs)
        .map(box -> box.id() + " " + box.startedAt())
        .collect(Collectors.joining("\n"));
  }

  private String version() {
    return docker.boxes(APP).stream()
        .filter(Box::runs)
        .map(Box::version)
        .collect(Collectors.joining(","));
  }

  @Test
  @Order(1)
  void withoutAnAgentYamlItIsInstalledAndNotStartedAndSaysWhatIsLeftToDo() {
    assertThat(machine.run("sh", "-c", "command -v java").code()).as("no Java").isNotZero();
    String said = install("one.deb");
    assertThat(said).contains("FAIL  config: /etc/holdfast/agent.yaml:1", "ok    engine: Docker");
    assertThat(machine.unit("ActiveState")).isEqualTo("inactive");
    assertThat(machine.run("systemctl", "is-enabled", "holdfast").out()).contains("disabled");
    assertThat(machine.text("getent", "group", "holdfast")).startsWith("holdfast:");
    assertThat(machine.text("stat", "-c", "%a", "/etc/holdfast")).isEqualTo("750");
    assertThat(machine.run("holdfast", "status").code()).isEqualTo(4);
  }

  @Test
  @Order(2)
  void onceAgentYamlIsValidItIsEnabledAndStartedAndTellsSystemdHowItIs() throws IOException {
    Files.writeString(
        machine.shared().resolve("agent.yaml"),
        """
        api: { listen: "off" }
        interval: 1s
        apps:
          %s: { source: { directory: /srv/world/app } }
        """
            .formatted(APP));
    machine.text("cp", "/srv/world/agent.yaml", "/etc/holdfast/agent.yaml");
    machine.run("dpkg-reconfigure", "holdfast").orFail();
    assertThat(machine.text("systemctl", "is-enabled", "holdfast")).isEqualTo("enabled");
    assertThat(machine.unit("ActiveState")).as("Type=notify: it said READY").isEqualTo("active");
    awaitStatus("1 app: 1 Synced");
    assertThat(machine.text("systemctl", "status", "holdfast", "--no-pager"))
        .contains("Status: \"1 app: 1 Synced\"");
    assertThat(version()).isEqualTo("1.0.0");
    Shell.Ended doctor = machine.run("holdfast", "doctor");
    assertThat(doctor.code()).as(doctor.out() + doctor.err()).isZero();
    assertThat(doctor.out()).contains("ok    agent: answers", "ok    registry " + APP);
    assertThat(doctor.err()).isEmpty();
    Shell.Ended stranger =
        machine.run("su", "-s", "/bin/sh", "nobody", "-c", "holdfast status " + APP);
    assertThat(stranger.code()).isEqualTo(4);
    assertThat(stranger.err()).contains("permission is denied", "adduser USER holdfast");
    assertThat(machine.text("holdfast", "--version")).matches("holdfast [0-9]+\\.[0-9]+\\.[0-9]+");
    assertThat(doctorOn(200)).containsPattern("Docker Engine [^\\r\\n]* answers at unix:");
    assertThat(doctorOn(45)).doesNotContainPattern("Docker Engine [^\\r\\n]* answers at unix:");
    String alerts = "/usr/share/doc/holdfast/deploy/prometheus/alerts.yml";
    assertThat(machine.run("test", "-s", alerts).code()).as("as docs/metrics.md links it").isZero();
    assertThat(journal()).doesNotContain("[cds]", "[aot]");
  }

  /** On a terminal so wide, which no shell has told it. */
  private String doctorOn(int columns) {
    String script = "stty cols " + columns + "; holdfast doctor";
    return machine.text("script", "-qec", script, "/dev/null");
  }

  @Test
  @Order(3)
  void theUnitIsCleanAndItsSandboxIsTight() {
    Shell.Ended verified = machine.run("systemd-analyze", "verify", "holdfast.service");
    assertThat(verified.orFail().err() + verified.out()).isEmpty();
    String security =
        machine.run("systemd-analyze", "security", "--no-pager", "holdfast.service").out();
    String exposure = security.replaceAll("(?s).*: ([0-9.]+) .*", "$1");
    assertThat(Double.parseDouble(exposure)).as(security).isLessThanOrEqualTo(3.0);
  }

  @Test
  @Order(4)
  void anUpgradeWithAnUnchangedDesiredStateTouchesNoContainer() {
    String before = running();
    String pid = machine.unit("MainPID");
    assertThat(install("two.deb")).contains("ok    config", "ok    engine");
    assertThat(machine.unit("MainPID")).isNotEqualTo(pid).isNotEqualTo("0");
    awaitStatus("1 Synced");
    assertThat(running()).isEqualTo(before);
    assertThat(machine.text("dpkg-query", "-W", "-f", "${Version}", "holdfast")).isEqualTo("99.1");
    assertThat(machine.text("cat", "/etc/holdfast/agent.yaml")).contains("/srv/world/app");
  }

  @Test
  @Order(5)
  void anUpgradeInTheMiddleOfADeploymentIsCarriedOn() throws IOException {
    release("1.1.0");
    awaitStatus("Progressing " + APP);
    install("three.deb");
    awaitStatus("1 Synced");
    assertThat(version()).isEqualTo("1.1.0");
    assertThat(
            machine.text("holdfast", "history", APP).lines().filter(l -> l.contains("succeeded")))
        .as("the first release and this one, neither twice")
        .hasSize(2);
    assertThat(machine.text("holdfast", "history", APP)).doesNotContain("rolled-back", "failed");
    assertThat(docker.boxes(APP)).as("the old one is gone").hasSize(1);
  }

  @Test
  @Order(6)
  void aFrozenAgentIsEndedByTheWatchdogAndStartedAnewWithTheReasonInTheJournal() {
    machine.text("mkdir", "-p", "/run/systemd/system/holdfast.service.d");
    machine.text(
        "sh",
        "-c",
        "printf '[Service]\\nWatchdogSec=4s\\nRestartSec=100ms\\n'"
            + " >/run/systemd/system/holdfast.service.d/quick.conf");
    machine.text("systemctl", "daemon-reload");
    machine.text("systemctl", "restart", "holdfast");
    String before = running();
    String pid = machine.unit("MainPID");
    machine.text("kill", "-STOP", pid);
    until(
        "another agent",
        () -> machine.unit("MainPID"),
        now -> !now.equals(pid) && !now.equals("0"));
    awaitStatus("1 Synced");
    assertThat(machine.unit("NRestarts")).isEqualTo("1");
    assertThat(journal()).contains("Watchdog timeout", "Full thread dump");
    assertThat(running()).isEqualTo(before);
  }

  @Test
  @Order(7)
  void aReloadReadsAgentYamlAnewAndAStopLeavesTheAppsRunning() {
    machine.text("sh", "-c", "sed -i 's/interval: 1s/interval: 2s/' /etc/holdfast/agent.yaml");
    machine.text("systemctl", "reload", "holdfast");
    until("the reload", this::journal, text -> text.contains("agent.yaml was read anew"));
    String before = running();
    long began = System.nanoTime();
    machine.text("systemctl", "stop", "holdfast");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    assertThat(machine.unit("Result")).isEqualTo("success");
    assertThat(running()).isEqualTo(before);
    machine.text("systemctl", "start", "holdfast");
  }

  private int sync(int port, String token) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + "/api/v1/apps/" + APP + "/sync"))
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void credential(String value) {
    machine.text(
        "sh", "-c", "umask 077; mkdir -p /root/secrets; echo " + value + " >/root/secrets/token");
    machine.text("systemctl", "daemon-reload");
    machine.text("systemctl", "restart", "holdfast");
    awaitStatus("1 Synced");
  }

  @Test
  @Order(8)
  void secretsThatSystemdHandsOverAreTheAgentsAndDoctorsAndStandNowhereElse() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    machine.text(
        "sh",
        "-c",
        "printf '[Service]\\nLoadCredential=token:/root/secrets/token\\n'"
            + " >/run/systemd/system/holdfast.service.d/credentials.conf");
    String api =
        "api: { listen: \"127.0.0.1:"
            + port
            + "\", token-file: \"${CREDENTIALS_DIRECTORY}/token\" }";
    machine.text("sh", "-c", "sed -i 's|^api: .*|" + api + "|' /etc/holdfast/agent.yaml");
    String before = running();
    credential("cred-7f3a91c2d4");
    assertThat(sync(port, "cred-7f3a91c2d4")).isEqualTo(202);
    assertThat(sync(port, "wrong")).isEqualTo(401);
    assertThat(machine.run("holdfast", "validate").code()).isZero();
    Shell.Ended doctor = machine.run("holdfast", "doctor");
    assertThat(doctor.code()).as(doctor.out()).isZero();
    assertThat(doctor.out()).contains("ok    agent: answers");
    String environment =
        machine.text("sh", "-c", "tr '\\0' '\\n' </proc/" + machine.unit("MainPID") + "/environ");
    assertThat(environment).contains("CREDENTIALS_DIRECTORY=").doesNotContain("7f3a91c2d4");
    assertThat(machine.text("sh", "-c", "ls -R /run/credentials; cat /etc/holdfast/agent.yaml"))
        .contains("token")
        .doesNotContain("7f3a91c2d4");
    // A rotated one counts from the next start on: systemd reads it then.
    credential("cred-5b8e60aa13");
    assertThat(sync(port, "cred-7f3a91c2d4")).isEqualTo(401);
    assertThat(sync(port, "cred-5b8e60aa13")).isEqualTo(202);
    assertThat(journal()).doesNotContain("7f3a91c2d4", "5b8e60aa13");
    assertThat(running()).isEqualTo(before);
    // An upgrade finds it valid: the service runs, and its credentials are there.
    machine.run("dpkg-reconfigure", "holdfast").orFail();
    awaitStatus("1 Synced");
  }

  @Test
  @Order(9)
  void aRemovalKeepsTheStateAndAPurgeRemovesItAndTheAppsRunOn() {
    String before = running();
    machine.run("dpkg", "-r", "holdfast").orFail();
    assertThat(machine.run("test", "-e", "/usr/bin/holdfast").code()).isNotZero();
    assertThat(machine.run("test", "-s", "/var/lib/holdfast/apps/" + APP + "/memory.json").code())
        .isZero();
    assertThat(machine.run("test", "-s", "/etc/holdfast/agent.yaml").code()).isZero();
    machine.text("touch", "/etc/holdfast/deploy_key");
    machine.run("dpkg", "-P", "holdfast").orFail();
    assertThat(machine.run("test", "-e", "/var/lib/holdfast").code()).isNotZero();
    assertThat(machine.text("ls", "/etc/holdfast")).isEqualTo("deploy_key");
    assertThat(machine.run("systemctl", "is-enabled", "holdfast").code()).isNotZero();
    assertThat(running()).isEqualTo(before);
  }
}
