package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.crash.EngineHttp;
import java.util.List;

/**
 * What lies on the engine and is none of Holdfast's: a running and a stopped container, one of
 * another Compose project, a volume, a network, an image that nothing uses. {@link
 * #assertUntouched} tells whether it is all as it was.
 */
final class Foreign {
  private static final String NAME = "somebody-elses";
  private final Docker docker;
  private final String before;

  private Foreign(Docker docker) {
    this.docker = docker;
    this.before = look();
  }

  static Foreign on(Docker docker, String image) {
    docker.run("volume", "create", NAME);
    docker.run("network", "create", NAME);
    docker.run("run", "-d", "--name", NAME, "-v", NAME + ":/data", image, "sleep", "1000000");
    docker.run(
        "run",
        "-d",
        "--name",
        NAME + "-project-web-1",
        "--label",
        "com.docker.compose.project=" + NAME + "-project",
        "--label",
        "com.docker.compose.service=web",
        image,
        "sleep",
        "1000000");
    docker.run("create", "--name", NAME + "-stopped", image, "true");
    docker.run("tag", image, NAME + "/image:1");
    return new Foreign(docker);
  }

  private String look() {
    EngineHttp engine = docker.http();
    List<String> containers =
        List.of(NAME, NAME + "-project-web-1", NAME + "-stopped").stream()
            .map(name -> engine.get("/containers/" + name + "/json"))
            .map(
                all ->
                    List.of(
                            all.path("Id"),
                            all.path("Name"),
                            all.at("/State/Status"),
                            all.at("/State/StartedAt"),
                            all.path("RestartCount"))
                        .toString())
            .toList();
    JsonNode volume = engine.get("/volumes/" + NAME);
    return String.join("\n", containers)
        + volume.path("Name")
        + volume.path("CreatedAt")
        + engine.get("/networks/" + NAME).path("Id")
        + engine.get("/images/" + NAME + "/image:1/json").path("Id");
  }

  void assertUntouched() {
    assertThat(look()).as("what is not ours on the engine").isEqualTo(before);
  }
}
