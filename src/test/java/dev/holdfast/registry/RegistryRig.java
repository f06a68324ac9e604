package dev.holdfast.registry;

import dev.holdfast.model.ImageReference;
import dev.holdfast.registry.RegistrySettings.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** A client with its settings, clock and Docker configuration, all of which a test may change. */
final class RegistryRig {
  final FakeRegistry fake;
  final Map<String, Entry> entries = new HashMap<>();
  final AtomicReference<String> password = new AtomicReference<>("");
  final List<Integer> statuses = new ArrayList<>();
  final Path helpers;
  final OciRegistry registry;
  private final Path dockerConfig;
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private long nanos = 42;

  RegistryRig(FakeRegistry fake, Path folder, Duration helperLimit) {
    this.fake = fake;
    this.dockerConfig = folder.resolve("config.json");
    this.helpers = folder;
    CredentialHelper helper =
        new CredentialHelper(helperLimit, program -> folder.resolve(program).toString());
    this.registry =
        new OciRegistry(
            new CredentialSource(
                () -> new RegistrySettings(entries), new DockerConfig(dockerConfig, helper)),
            (name, status) -> statuses.add(status),
            new Ticks(() -> now, () -> nanos),
            new Random(1));
  }

  RegistryRig(FakeRegistry fake, Path folder) {
    this(fake, folder, Duration.ofSeconds(5));
  }

  ImageReference image(String rest) {
    return ImageReference.parse(fake.name() + "/" + rest);
  }

  void login(String user, String secret) {
    password.set(secret);
    entries.put(fake.name(), new Entry(user, password::get, false));
  }

  void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  void jumpWallClock(Duration by) {
    now = now.plus(by);
  }

  Instant now() {
    return now;
  }

  void dockerConfig(String json) {
    try {
      Files.writeString(dockerConfig, json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  void helper(String name, String script) {
    try {
      Path file = helpers.resolve("docker-credential-" + name);
      Files.writeString(file, "#!/bin/sh\n" + script + "\n");
      file.toFile().setExecutable(true);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
