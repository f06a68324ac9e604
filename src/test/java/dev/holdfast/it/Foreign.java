package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

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
    List<String> containers =
        List.of(NAME, NAME + "-project-web-1", NAME + "-stopped").stream()
            .map(
                name ->
                    docker.run(
                        "inspect",
                        "-f",
                        "{{.Id}} {{.Name}} {{.State.Status}} {{.State.StartedAt}}"
                            + " {{.RestartCount}}",
                        name))
            .toList();
    return String.join("\n", containers)
        + docker.run("volume", "inspect", "-f", "{{.Name}} {{.CreatedAt}}", NAME)
        + docker.run("network", "inspect", "-f", "{{.Id}}", NAME)
        + docker.run("image", "inspect", "-f", "{{.Id}}", NAME + "/image:1");
  }

  void assertUntouched() {
    assertThat(look()).as("what is not ours on the engine").isEqualTo(before);
  }
}
