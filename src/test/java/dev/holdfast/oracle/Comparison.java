package dev.holdfast.oracle;

import dev.holdfast.it.crash.EngineHttp;
import dev.holdfast.reconcile.FirstCreation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * One case: docker-compose creates and all is inspected and removed, then Holdfast creates the same
 * project and it is inspected again.
 */
final class Comparison {
  private static final Pattern PLACE =
      Pattern.compile("[^:\\n]+:[0-9]+:[0-9]+: .*", Pattern.DOTALL);

  private final OracleWorld world;
  private final Allowed allowed;
  private final OracleCase fixture;
  private final Path folder;
  private final List<String> faults = new ArrayList<>();

  Comparison(OracleWorld world, Allowed allowed, OracleCase fixture) {
    this.world = world;
    this.allowed = allowed;
    this.fixture = fixture;
    this.folder = world.project(fixture);
  }

  /** All that is not as it should be. */
  List<String> faults() {
    EngineHttp engine = world.engine();
    for (String network : fixture.list("networks")) {
      engine.post("/networks/create", "{\"Name\":\"%s\"}".formatted(network));
    }
    for (String volume : fixture.list("volumes")) {
      engine.post("/volumes/create", "{\"Name\":\"%s\"}".formatted(volume));
    }
    if (fixture.text("refused") != null) {
      refused();
    } else {
      compared();
    }
    return faults;
  }

  private void refused() {
    ComposeV1.Said said = world.v1().config(fixture, folder, null);
    if ((said.code() == 0) != (fixture.text("v1-takes") != null)) {
      faults.add("docker-compose config ended with " + said.code() + ": " + said.text());
    }
    FirstCreation.Made made = world.apps().app(fixture.name()).create(false);
    String problems = String.join("\n", made.problems());
    if (made.problems().isEmpty()) {
      faults.add("Holdfast does not refuse it");
      new Project(world.engine(), fixture.name()).remove();
    } else if (!made.problems().stream().allMatch(text -> PLACE.matcher(text).matches())) {
      faults.add("Holdfast refuses it without a place: " + problems);
    } else if (!Pattern.compile(fixture.text("refused"), Pattern.DOTALL).matcher(problems).find()) {
      faults.add("Holdfast refuses it with other words: " + problems);
    }
  }

  private void compared() {
    Project project = new Project(world.engine(), fixture.name());
    Path files = world.state().resolve("apps").resolve(fixture.name()).resolve("config");
    checkRewording();
    ComposeV1.Said said = world.v1().create(fixture, folder);
    if (said.code() != 0) {
      faults.add("docker-compose refuses it: " + said.text());
    }
    SortedMap<String, String> theirs = project.inspected(folder, files);
    project.remove();
    FirstCreation.Made made = world.apps().app(fixture.name()).create(fixture.isStarted());
    if (fixture.isStarted()) {
      project.awaitEnd();
    }
    SortedMap<String, String> ours = project.inspected(folder, files);
    project.remove();
    made.problems().forEach(problem -> faults.add("Holdfast refuses it: " + problem));
    String warns = fixture.text("warns");
    String warnings = String.join("\n", made.warnings());
    if (warns != null && !Pattern.compile(warns, Pattern.DOTALL).matcher(warnings).find()) {
      faults.add("Holdfast warns of something else: " + warnings);
    }
    if (said.code() == 0 && made.problems().isEmpty()) {
      faults.addAll(allowed.differences(fixture.name(), theirs, ours));
    }
  }

  /**
   * Other words for docker-compose 1.29 are needed only where it does not know those of the case.
   */
  private void checkRewording() {
    String reworded = fixture.text("v1");
    if (reworded != null) {
      ComposeV1.Said original = world.v1().config(fixture, folder, null);
      ComposeV1.Said other = world.v1().config(fixture, folder, reworded).orFail();
      if (original.code() == 0 && original.text().equals(other.text())) {
        faults.add("docker-compose 1.29 understands the case itself; remove " + reworded);
      }
    }
  }
}
