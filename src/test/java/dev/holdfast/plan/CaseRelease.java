package dev.holdfast.plan;

import dev.holdfast.model.After;
import dev.holdfast.model.Backup;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.Digest;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.PortMapping;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.Updating;
import dev.holdfast.model.Updating.Strategy;
import dev.holdfast.model.VolumeSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A release as a golden case writes it; the image of version 2 of a service has a digest of twos.
 */
public final class CaseRelease {
  static final String APP = "shop";

  private CaseRelease() {}

  /** From the text of a {@code desired.yaml}. */
  public static Release parse(String yaml) {
    return of(
        CaseYaml.of("release", new Load(LoadSettings.builder().build()).loadFromString(yaml)));
  }

  static Release of(CaseYaml yaml) {
    SortedMap<String, Release.Service> services = new TreeMap<>();
    CaseYaml all = yaml.map("services");
    all.keys().forEach(name -> services.put(name, service(name, all.map(name))));
    SortedMap<String, NetworkSpec> networks = new TreeMap<>();
    yaml.texts("networks")
        .forEach(key -> networks.put(key, NetworkSpec.plain(key, APP + "_" + key)));
    SortedMap<String, VolumeSpec> volumes = new TreeMap<>();
    yaml.texts("volumes")
        .forEach(
            key ->
                volumes.put(
                    key,
                    new VolumeSpec(
                        key, APP + "_" + key, false, null, new TreeMap<>(), new TreeMap<>())));
    RolloutSpec rollout =
        new RolloutSpec(
            yaml.maps("migrate").stream().map(CaseRelease::migration).toList(),
            yaml.maps("smoke").stream().map(CaseRelease::smoke).toList(),
            yaml.maps("after").stream().map(CaseRelease::after).toList(),
            yaml.seconds("watch", 30),
            null,
            backups(yaml));
    yaml.done();
    return new Release(APP, services, networks, volumes, rollout);
  }

  static PinnedImage image(String service, int version) {
    String digest = Integer.toString(version).repeat(64).substring(0, 64);
    return new PinnedImage(
        new ImageReference("registry.test", "acme/" + service, null, null),
        new Digest("sha256:" + digest),
        "v" + version);
  }

  private static Release.Service service(String name, CaseYaml yaml) {
    PinnedImage image = image(yaml.text("image", name), yaml.number("version", 1));
    SortedMap<String, Dependency> dependencies = new TreeMap<>();
    CaseYaml dependsOn = yaml.map("depends_on");
    dependsOn
        .keys()
        .forEach(other -> dependencies.put(other, dependency(dependsOn.text(other, ""))));
    ContainerSpec container = container(yaml);
    Probe probe =
        yaml.flag("probe", false)
            ? new Probe(
                new Probe.Check.Tcp(80),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                5,
                Duration.ofSeconds(30),
                1)
            : null;
    Updating updating = updating(yaml);
    yaml.done();
    return new Release.Service(
        new ServiceSpec(name, container, dependencies, probe, updating), image);
  }

  private static Updating updating(CaseYaml yaml) {
    Integer canary = yaml.maybeNumber("canary");
    return new Updating(
        yaml.number("replicas", 1),
        yaml.number("parallelism", 1),
        yaml.flag("start-first", false) ? Strategy.START_FIRST : Strategy.RECREATE,
        yaml.seconds("delay", 0),
        yaml.seconds("monitor", 0),
        yaml.seconds("drain", 10),
        canary == null ? null : new Updating.Canary(canary, Duration.ofMinutes(5)));
  }

  /**
   * {@code started}, {@code healthy} or {@code completed}, with {@code +restart} where it is
   * restarted too.
   */
  private static Dependency dependency(String text) {
    boolean restart = text.endsWith("+restart");
    String condition = restart ? text.substring(0, text.indexOf('+')) : text;
    return new Dependency(Condition.valueOf(condition.toUpperCase(Locale.ROOT)), true, restart);
  }

  private static ContainerSpec container(CaseYaml yaml) {
    String setting = yaml.maybe("setting");
    SortedMap<String, String> environment = new TreeMap<>();
    if (setting != null) {
      environment.put("SETTING", setting);
    }
    Integer grace = yaml.maybeNumber("grace");
    Healthcheck check =
        yaml.flag("healthcheck", false)
            ? new Healthcheck(List.of("CMD", "true"), null, null, null, null, null)
            : null;
    Integer port = yaml.maybeNumber("port");
    String network = yaml.maybe("network_mode");
    String volume = yaml.maybe("mounts");
    return new ContainerSpec(
        ContainerSpec.Process.OF_IMAGE,
        Environment.of(environment),
        new TreeMap<>(),
        yaml.maybe("container_name"),
        null,
        port == null ? List.of() : List.of(new PortMapping(null, port.toString(), port, "tcp")),
        List.of(),
        volume == null
            ? List.of()
            : List.of(new MountSpec.Named(volume, "/data", false, false, null)),
        network == null ? List.of(NetworkAttachment.plain("default")) : List.of(),
        network,
        restart(yaml.text("restart", "unless-stopped")),
        check,
        new ContainerSpec.Lifecycle(null, grace == null ? null : Duration.ofSeconds(grace)),
        ContainerSpec.Limits.NONE,
        null,
        null,
        null);
  }

  static RestartPolicy restart(String text) {
    return new RestartPolicy(
        RestartPolicy.Name.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_')), 0);
  }

  /** {@code backup: [db]} is what a command saves in service db; {@code volume}: a volume of db. */
  private static SortedMap<String, Backup> backups(CaseYaml yaml) {
    SortedMap<String, Backup> backups = new TreeMap<>();
    for (String name : yaml.texts("backup")) {
      Backup.From from =
          name.equals("volume")
              ? new Backup.From.Mounted(Backup.Kind.VOLUME, "data", "db", "/data", false)
              : new Backup.From.Command(name, List.of("dump"), List.of(), List.of("load"));
      backups.put(name, new Backup(from, Backup.DEFAULT_TIMEOUT));
    }
    return backups;
  }

  private static Migration migration(CaseYaml yaml) {
    String undo = yaml.text("on-rollback", "keep");
    OnRollback onRollback =
        switch (undo) {
          case "keep" -> new OnRollback.Keep();
          case "hold" -> new OnRollback.Hold();
          case "restore" -> new OnRollback.Restore("db");
          default -> new OnRollback.Command(List.of(undo));
        };
    Migration migration =
        new Migration(
            yaml.text("service", "api"),
            List.of(yaml.text("command", "migrate")),
            Migration.Mode.valueOf(yaml.text("mode", "run").toUpperCase(Locale.ROOT)),
            Environment.EMPTY,
            Migration.DEFAULT_TIMEOUT,
            onRollback,
            null);
    yaml.done();
    return migration;
  }

  private static Smoke smoke(CaseYaml yaml) {
    @Nullable String url = yaml.maybe("http");
    Smoke smoke =
        url == null
            ? new Smoke.Command(yaml.text("service", "api"), List.of(yaml.text("command", "smoke")))
            : new Smoke.Http(url, 200, null);
    yaml.done();
    return smoke;
  }

  private static After after(CaseYaml yaml) {
    After after =
        new After(
            yaml.text("name", "data"),
            yaml.text("service", "api"),
            List.of(),
            List.of(yaml.text("command", "load")),
            List.of());
    yaml.done();
    return after;
  }
}
