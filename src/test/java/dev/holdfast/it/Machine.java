package dev.holdfast.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A booted systemd beside the world's engine, as systemd.sh makes it: where the package is
 * installed as on a server. It sees the world's folder as /srv/world.
 */
final class Machine implements AutoCloseable {
  private static final Path SCRIPT = Path.of("src/it/world/systemd.sh").toAbsolutePath();
  private final World world;
  private final String name;

  Machine(World world, String name) {
    this.world = world;
    this.name = name;
    String socket = world.engine().substring("unix://".length());
    world.scripts().run("systemd.sh", "boot", name, "--bind=" + socket + ":/run/docker.sock");
  }

  /** The folder that the machine sees as /srv/world. */
  Path shared() {
    return world.scripts().folder();
  }

  Shell.Ended run(String... command) {
    List<String> all = new ArrayList<>(List.of("bash", SCRIPT.toString(), "exec", name));
    all.addAll(List.of(command));
    return Shell.run(
        all, null, java.util.Map.of("HOLDFAST_WORLD", world.scripts().folder().toString()));
  }

  String text(String... command) {
    return run(command).text();
  }

  /** A property of holdfast.service. */
  String unit(String property) {
    return text("systemctl", "show", "holdfast", "-P", property);
  }

  @Override
  public void close() {
    world.scripts().run("systemd.sh", "down", name);
  }
}
