package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.SocketFaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `holdfast doctor` on a server with an engine that answers what the test says. */
class DoctorTest {
  @TempDir Path folder;

  private SocketFaultProxy engine;

  @BeforeEach
  void listen() {
    engine = SocketFaultProxy.alone(folder.resolve("d.sock"));
    speaks("1.41");
    engine.every(
        "/info", new SocketFault.AnswerInstead(200, "{\"DockerRootDir\":\"" + folder + "\"}"));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private void speaks(String newest) {
    engine.every(
        "/version",
        new SocketFault.AnswerInstead(
            200,
            "{\"Version\":\"99.1\",\"ApiVersion\":\"" + newest + "\",\"MinAPIVersion\":\"1.12\"}"));
  }

  private Command.Result doctor(String apps, String... more) throws IOException {
    Path file = folder.resolve("agent.yaml");
    Files.writeString(
        file,
        "state: "
            + folder.resolve("state")
            + "\ndocker: { host: \""
            + engine.host()
            + "\" }\napi: { socket: "
            + folder.resolve("a.sock")
            + ", listen: \"off\" }\n"
            + apps);
    return examined(file, more);
  }

  private Command.Result examined(Path file, String... more) {
    String[] words = java.util.Arrays.copyOf(more, more.length + 3);
    System.arraycopy(new String[] {"doctor", "--config", file.toString()}, 0, words, 0, 3);
    System.arraycopy(more, 0, words, 3, more.length);
    return Command.run(Map.of("PATH", "/usr/bin:/bin"), words);
  }

  private String app(String compose, String versions) throws IOException {
    Path app = Files.createDirectories(folder.resolve("shop"));
    Files.writeString(app.resolve("compose.yaml"), compose);
    Files.writeString(app.resolve("versions.yaml"), versions);
    return "apps:\n  shop: { source: { directory: " + app + " } }\n";
  }

  private static final String DIGEST = "@sha256:" + "a".repeat(64);

  @Test
  void aServerOnWhichAllIsThereIsWellWithoutAnAgent() throws IOException {
    Command.Result result =
        doctor(app("services: { web: { image: shop/web" + DIGEST + " } }\n", "services: {}\n"));
    assertThat(result.out())
        .contains(
            "ok    config: ", "ok    engine: Docker Engine 99.1", "ok    api-version: API 1.41")
        .contains("ok    disk state", "ok    directory shop: is at", "ok    registry shop: ")
        .contains("warn  agent: could not reach the agent at", "start the agent")
        .containsPattern("(?m)^(ok  |warn)  clock: it is [0-9-]+T[0-9:]+Z, and ")
        .containsPattern("(?m)^Nothing keeps the agent from its work; [0-9] warnings\\.$");
    assertThat(result.code()).as(result.out() + result.err()).isZero();
  }

  @Test
  void eachThingThatIsWrongIsSaidWithWhatToDoAndAllAtOnce() throws IOException {
    engine.close();
    Path state = Files.createDirectories(folder.resolve("state/apps/shop"));
    Path memory = Files.writeString(state.resolve("memory.json"), "{}");
    Files.setLastModifiedTime(
        memory, FileTime.from(dev.holdfast.api.Views.NOON.plusSeconds(90_000)));
    Command.Result result =
        doctor(app("services: { web: { imag: shop/web } }\n", "services: {}\n"));
    assertThat(result.out())
        .contains("FAIL  engine: ", "systemctl status docker")
        .contains("FAIL  clock: ", "timedatectl")
        .contains("FAIL  files shop: compose.yaml:1:");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void anEngineThatIsTooOldIsSaidWithTheVersionThatIsNeeded() throws IOException {
    engine.heal();
    speaks("1.40");
    Command.Result result = doctor("apps: {}\n");
    assertThat(result.out()).contains("FAIL  api-version: ", "upgrade it to 20.10");
    assertThat(result.out()).contains("warn  config: ", "names no apps");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void anInvalidAgentYamlIsNamedWithItsLineAndTheRestIsLookedAtAllTheSame() throws IOException {
    Command.Result result = doctor("interval: soon\napps: {}\n");
    assertThat(result.out()).contains("FAIL  config: " + folder.resolve("agent.yaml") + ":4: ");
    assertThat(result.out()).contains("disk state", "clock: ", "permissions: ");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void whatEveryUserMayWriteIsSaid() throws IOException {
    doctor("apps: {}\n");
    Path file = folder.resolve("agent.yaml");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    Command.Result result = examined(file);
    assertThat(result.out()).contains("FAIL  permissions: every user may write " + file);
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void asJsonEachHasItsStatus() throws IOException {
    Command.Result result = doctor("apps: {}\n", "-o", "json");
    assertThat(result.out())
        .contains("\"check\" : \"engine\"", "\"status\" : \"ok\"", "\"check\" : \"agent\"")
        .contains("\"status\" : \"warning\"");
    assertThat(result.code()).isZero();
  }
}
