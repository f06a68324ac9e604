package dev.holdfast.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.holdfast.docker.EngineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rooms of the product and the doors between them. A new package has to be given its line in
 * {@link #MAY_USE}; a new door is a decision, not an import.
 */
class RoomsTest {
  private static final String ROOT = "dev.holdfast";
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** Which rooms each room may use. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("compose", Set.of("model")),
          Map.entry("plan", Set.of("model")),
          Map.entry("rollout", Set.of("model")),
          Map.entry("report", Set.of("model")),
          Map.entry("config", Set.of()),
          Map.entry("docker", Set.of("model")),
          Map.entry("registry", Set.of("model")),
          Map.entry("backup", Set.of("model")),
          // A source gives its files as the loader reads them.
          Map.entry("git", Set.of("compose")),
          // An engine that cannot be asked is told apart from a probe that fails by its exception.
          Map.entry("probe", Set.of("model", "docker")),
          // What a release mounts is copied from the source's files.
          Map.entry("store", Set.of("model", "compose", "backup")),
          Map.entry(
              "reconcile",
              Set.of(
                  "model",
                  "compose",
                  "plan",
                  "rollout",
                  "docker",
                  "registry",
                  "git",
                  "probe",
                  "backup",
                  "report",
                  "store")),
          // An engine whose events end is told by its exception.
          Map.entry("wake", Set.of("docker")),
          // The outbox is one of the durable things.
          Map.entry("notify", Set.of("model", "store")),
          Map.entry("metrics", Set.of("model", "reconcile")),
          Map.entry("api", Set.of("model", "reconcile", "store", "backup", "report")),
          Map.entry("page", Set.of("model", "reconcile", "store", "api", "backup", "report")),
          Map.entry(
              "agent",
              Set.of(
                  "model",
                  "compose",
                  "config",
                  "docker",
                  "registry",
                  "git",
                  "probe",
                  "backup",
                  "store",
                  "notify",
                  "wake",
                  // What agent.yaml says of windows and approval becomes rules.
                  "rollout",
                  "reconcile",
                  "metrics",
                  "api")),
          Map.entry("cli", Set.of("agent", "compose", "config", "reconcile")));

  private static final List<String> PURE = List.of("model", "compose", "plan", "rollout", "report");

  @Test
  void everyPackageIsARoomWithItsDoors() {
    Set<String> rooms = new TreeSet<>();
    MAIN.getPackage(ROOT).getSubpackages().stream()
        .map(JavaPackage::getRelativeName)
        .forEach(rooms::add);
    assertThat(rooms).isEqualTo(new TreeSet<>(MAY_USE.keySet()));
  }

  @Test
  void roomsUseOnlyTheRoomsBehindTheirDoors() {
    MAY_USE.forEach(
        (room, used) ->
            noClasses()
                .that(resideInAPackage(in(room)))
                .should()
                .dependOnClassesThat(
                    resideInAPackage(ROOT + "..")
                        .and(not(resideInAPackage(in(room))))
                        .and(
                            not(
                                resideInAnyPackage(
                                    used.stream().map(RoomsTest::in).toArray(String[]::new)))))
                .because(room + " may use " + new TreeSet<>(used))
                .check(MAIN));
  }

  @Test
  void probesKnowOfTheEngineOnlyItsException() {
    noClasses()
        .that(resideInAPackage(in("probe")))
        .should()
        .dependOnClassesThat(
            resideInAPackage(in("docker"))
                .and(not(JavaClass.Predicates.assignableTo(EngineException.class))))
        .check(MAIN);
  }

  @Test
  void thereAreNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void pureRoomsUseTheLanguageAlone() {
    noClasses()
        .that(resideInAnyPackage(PURE.stream().map(RoomsTest::in).toArray(String[]::new)))
        .should()
        .dependOnClassesThat(
            not(
                resideInAnyPackage(
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "java.math..",
                        "java.text..",
                        "java.nio.charset..",
                        "java.security..",
                        ROOT + "..",
                        "org.jspecify.annotations..",
                        // Parsers of text, without I/O of their own.
                        "org.snakeyaml.engine..",
                        "com.google.re2j..",
                        "org.semver4j..")
                    .or(IN_MEMORY)
                    // Reads the text of an address; the loader calls nothing that looks a name up.
                    .or(JavaClass.Predicates.equivalentTo(java.net.InetAddress.class))))
        .check(MAIN);
  }

  private static final DescribedPredicate<JavaClass> IN_MEMORY =
      DescribedPredicate.describe(
          "in memory",
          c ->
              c.isArray()
                  || c.isPrimitive()
                  || Set.of(
                          "java.nio.ByteBuffer",
                          "java.nio.CharBuffer",
                          "java.net.URI",
                          "java.net.URISyntaxException",
                          "java.io.Serializable",
                          "java.io.IOException",
                          ByteArrayInputStream.class.getName(),
                          ByteArrayOutputStream.class.getName(),
                          StringReader.class.getName(),
                          StringWriter.class.getName(),
                          UncheckedIOException.class.getName(),
                          Path.class.getName())
                      .contains(c.getName()));

  @Test
  void pureRoomsHaveNoClockNoThreadAndNoSurroundings() {
    noClasses()
        .that(resideInAnyPackage(PURE.stream().map(RoomsTest::in).toArray(String[]::new)))
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "a clock, a thread, chance or the surroundings", RoomsTest::isOfTheWorld))
        .check(MAIN);
  }

  /** What follows from a value, kept with it: nobody can tell whether it was worked out again. */
  private static final String MEMORY_OF_DIGESTS = "dev.holdfast.model.Digests";

  private static boolean isOfTheWorld(JavaAccess<?> access) {
    if (access.getOriginOwner().getName().startsWith(MEMORY_OF_DIGESTS)) {
      return false;
    }
    String owner = access.getTargetOwner().getName();
    String name = access.getTarget().getName();
    return switch (owner) {
      case "java.lang.System",
          "java.lang.Runtime",
          "java.lang.Thread",
          "java.lang.ProcessBuilder" ->
          true;
      case "java.util.Random", "java.util.UUID", "java.util.Timer" -> true;
      case "java.time.Instant",
          "java.time.LocalDate",
          "java.time.LocalDateTime",
          "java.time.ZonedDateTime" ->
          name.equals("now");
      case "java.time.Clock" -> true;
      case "java.util.Locale" -> name.equals("getDefault");
      default ->
          owner.startsWith("java.util.concurrent.") || owner.startsWith("java.util.logging.");
    };
  }

  @Test
  void theEnginesClientStaysInItsRoom() {
    noClasses()
        .that(resideInAPackage(ROOT + "..").and(not(resideInAPackage(in("docker")))))
        .should()
        .dependOnClassesThat(resideInAPackage("com.github.dockerjava.."))
        .check(MAIN);
  }

  @Test
  void theCommandLinesLibraryStaysInItsRoom() {
    noClasses()
        .that(resideInAPackage(ROOT + "..").and(not(resideInAPackage(in("cli")))))
        .should()
        .dependOnClassesThat(resideInAPackage("picocli.."))
        .check(MAIN);
  }

  @Test
  void theFrameworkStaysWhereThingsArePutTogetherAndShown() {
    noClasses()
        .that(
            resideInAPackage(ROOT + "..")
                .and(
                    not(
                        resideInAnyPackage(
                            in("agent"), in("api"), in("page"), in("metrics"), in("cli")))))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.quarkus..",
                "jakarta..",
                "io.vertx..",
                "io.micrometer..",
                "org.eclipse.microprofile.."))
        .check(MAIN);
  }

  @Test
  void onlyTheCommandLineWritesToTheTerminal() {
    noClasses()
        .that(resideInAPackage(ROOT + "..").and(not(resideInAPackage(in("cli")))))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(MAIN);
  }

  @Test
  void thereIsOneWayToLog() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.apache.logging.."))
        .check(MAIN);
  }

  @Test
  void onlyTheEndOfTheCommandLineEndsTheProcess() {
    noClasses()
        .that(resideInAPackage(ROOT + "..").and(not(resideInAPackage(in("cli")))))
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(MAIN);
  }

  /** Promise 11: a source's command never becomes a process of the host. */
  @Test
  void processesOfTheHostAreOnlyGitAndCredentialHelpers() {
    noClasses()
        .that(not(resideInAnyPackage(in("git"), in("registry"))))
        .should()
        .dependOnClassesThat(type(ProcessBuilder.class).or(type(Runtime.class).and(callsExec())))
        .check(MAIN);
  }

  private static DescribedPredicate<JavaClass> callsExec() {
    return DescribedPredicate.describe(
        "that run commands",
        c -> c.getMethodCallsToSelf().stream().anyMatch(call -> call.getName().equals("exec")));
  }

  @Test
  void thereIsNoRoomForOddsAndEnds() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..misc..")
        .check(MAIN);
  }

  @Test
  void everyRoomSaysWhatItOwnsAndIsNullMarked() {
    MAIN.getPackage(ROOT)
        .getSubpackages()
        .forEach(
            room ->
                assertThat(room.isAnnotatedWith(NullMarked.class))
                    .describedAs(room.getName())
                    .isTrue());
  }

  @Test
  void nothingIsInjectedIntoFields() {
    fields().should().notBeAnnotatedWith("jakarta.inject.Inject").check(MAIN);
  }

  /**
   * The rules above must be able to fail: each finds an offender where its exception is taken away.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker:com.github.dockerjava..",
        "cli:picocli..",
        "reconcile:dev.holdfast.plan..",
        "git:java.lang.."
      })
  void rulesSeeWhatTheyForbid(String offence) {
    String room = offence.substring(0, offence.indexOf(':'));
    String forbidden = offence.substring(offence.indexOf(':') + 1);
    assertThat(
            noClasses()
                .that(resideInAPackage(in(room)))
                .should()
                .dependOnClassesThat(resideInAPackage(forbidden))
                .evaluate(MAIN)
                .hasViolation())
        .isTrue();
  }

  private static String in(String room) {
    return ROOT + "." + room + "..";
  }
}
