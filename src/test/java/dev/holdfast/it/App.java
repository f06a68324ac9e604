package dev.holdfast.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One app of a {@link Server}: its name, its repository, what agent.yaml says of it, and its images
 * in the world's registry. Its name is its own, so that tests do not meet.
 */
final class App {
  /** What every app gets in its env file, and nobody may ever show. */
  static final String CANARY = "canary-" + Long.toHexString(System.nanoTime()) + "-secret";

  final String name;
  final AppRepo repo;

  /** Where its images are pulled from; they are pushed to the world's registry. */
  String registry;

  /** Lines of agent.yaml below the app, without the indentation. */
  final List<String> settings = new ArrayList<>();

  /** The source in agent.yaml; the repository over file:// unless a test says otherwise. */
  String source;

  /** Contents of the app's env file. */
  String env = "CANARY=" + CANARY + "\n";

  /** A first release that failed is left stopped for inspection: then this is how many. */
  int stoppedAllowed;

  /** How many containers of a service there are to be; of others one. */
  final Map<String, Integer> replicas = new TreeMap<>();

  /** What {@code container_name} says. */
  final Map<String, String> names = new TreeMap<>();

  App(World world, String name) {
    this.name = name;
    this.registry = world.registry();
    this.repo = new AppRepo(world.scripts(), name);
    this.source = "git: { url: \"" + repo.url() + "\", ref: main }";
  }

  String container(String service) {
    return name + "-" + service + "-1";
  }

  /** The reference of the app's image of this name, without a tag. */
  String image(String image) {
    return registry + "/" + name + "/" + image;
  }

  /** Builds and pushes a sample web image of this app. */
  App web(String tag, String... behaviour) {
    return webAs("web", tag, behaviour);
  }

  App webAs(String image, String tag, String... behaviour) {
    List<String> more = new ArrayList<>(List.of(tag));
    more.addAll(List.of(behaviour));
    String pushed = World.get().registry() + "/" + name + "/" + image + ":" + tag;
    World.get().image("web", pushed, more.toArray(String[]::new));
    return this;
  }

  /** Writes the Compose file of one web service (and more lines below its `services:`). */
  App compose(String top, String services) {
    repo.write("compose.yaml", top + "\nservices:\n" + services);
    return this;
  }

  /** Lines of a web service with a quick probe; {@code more}: further lines of the service. */
  String webService(String service, String... more) {
    List<String> lines = new ArrayList<>();
    lines.add("  " + service + ":");
    lines.add("    image: " + image("web"));
    lines.add("    environment: { CANARY: \"${CANARY}\" }");
    lines.add("    stop_grace_period: 2s");
    lines.add("    x-holdfast:");
    lines.add(
        "      probe: { http: { port: 8080, path: /health }, interval: 300ms, timeout: 2s,"
            + " retries: 3, start-period: 2s }");
    for (String line : more) {
      lines.add("    " + line);
    }
    return String.join("\n", lines) + "\n";
  }

  App versions(String version, Map<String, String> services) {
    StringBuilder text = new StringBuilder("version: \"" + version + "\"\nservices:\n");
    services.forEach((service, tag) -> text.append("  " + service + ": \"" + tag + "\"\n"));
    repo.write("versions.yaml", text.toString());
    return this;
  }

  /** CI: `holdfast set` on versions.yaml, then a push; the commit. */
  String release(String version, String... services) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Cli.program(),
                "set",
                "-f",
                repo.file("versions.yaml").toString(),
                "--version",
                version));
    command.addAll(List.of(services));
    Shell.run(command).orFail();
    return repo.push(version);
  }

  /** The app with one service `web`, its first release 1.0.0 pushed to registry and git. */
  App ordinary() {
    web("1.0.0");
    compose("x-holdfast: { watch: 1s }", webService("web"));
    versions("1.0.0", Map.of("web", "1.0.0"));
    repo.push("1.0.0");
    return this;
  }
}
