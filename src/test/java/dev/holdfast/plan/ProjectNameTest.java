package dev.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerBuilder;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Neighbour;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.model.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** When a first deployment is one too many, and when two apps only look alike. */
class ProjectNameTest {
  /** web of registry.test/acme/web and db of Docker's own postgres, as {@code shop}. */
  private static Release shop() {
    Release parsed =
        CaseRelease.parse(
            """
            services:
              web: { port: 8080 }
              db: {}
            volumes: [data]
            """);
    SortedMap<String, Release.Service> services = new TreeMap<>(parsed.services());
    Release.Service db = services.get("db");
    services.put(
        "db",
        new Release.Service(
            db.spec(), PinnedImage.of(ImageReference.parse("postgres:16"), db.image().digest())));
    return new Release(
        parsed.app(), services, parsed.networks(), parsed.volumes(), parsed.rollout());
  }

  private static ObservedState nothing() {
    return new ObservedState("shop", List.of(), new TreeSet<>(), new TreeSet<>());
  }

  private static Neighbour.Service service(String image, String... ports) {
    return new Neighbour.Service(image, Set.of("x"), Set.of(ports));
  }

  private static Neighbour project(
      Map<String, Neighbour.Service> services, Map<String, String> volumes) {
    return new Neighbour(
        "old",
        false,
        new TreeSet<>(Set.of("/srv/old")),
        new TreeMap<>(services),
        new TreeMap<>(volumes));
  }

  private static List<String> problems(Neighbour other) {
    return ProjectName.problems(shop(), null, Set.of(), List.of(other), nothing());
  }

  @Test
  void theSameImageOfOursUnderAnotherNameIsTheSameApplication() {
    assertThat(
            problems(
                project(
                    Map.of("web", service("registry.test/acme/web:1"), "db", service("postgres")),
                    Map.of("data", "old_data"))))
        .singleElement()
        .asString()
        .contains("apps.old instead of apps.shop")
        .contains("shop_data beside old_data")
        .contains("volumes.data.name: old_data")
        .contains("beside: [old]")
        .contains("/srv/old");
  }

  @Test
  void twoAppsThatBothHaveADatabaseAreTwoApps() {
    assertThat(
            problems(
                project(
                    Map.of("web", service("registry.test/blog/web:1"), "db", service("postgres")),
                    Map.of("data", "old_data"))))
        .isEmpty();
    assertThat(problems(project(Map.of("db", service("postgres:16")), Map.of("data", "old_data"))))
        .isEmpty();
    assertThat(
            problems(
                project(
                    Map.of("web", service("old_web"), "db", service("postgres:16")),
                    Map.of("data", "old_data"))))
        .as("built by docker compose, of whatever")
        .isEmpty();
  }

  @Test
  void onlyOneCanHaveThePort() {
    assertThat(
            problems(
                project(
                    Map.of("web", service("old_web", "8080/tcp"), "db", service("postgres")),
                    Map.of())))
        .hasSize(1);
  }

  @Test
  void onlyOneCanHaveTheName() {
    Release named =
        CaseRelease.parse("services: { web: { container_name: x }, db: { container_name: y } }");
    Neighbour other = project(Map.of("web", service("old_web")), Map.of());
    assertThat(ProjectName.problems(named, null, Set.of(), List.of(other), nothing())).hasSize(1);
    Neighbour none = project(Map.of("db", service("old_db")), Map.of());
    assertThat(ProjectName.problems(named, null, Set.of(), List.of(none), nothing())).isEmpty();
  }

  @Test
  void twoOfTheSameServicesOfTheSameImagesAreOneThoughTheyAreDockersOwn() {
    Neighbour same =
        project(
            Map.of("db", service("postgres"), "web", service("registry.test/acme/web")), Map.of());
    Neighbour more = project(Map.of("db", service("postgres"), "x", service("y")), Map.of());
    Neighbour db = project(Map.of("db", service("postgres")), Map.of());

    assertThat(ProjectName.problems(only("db"), null, Set.of(), List.of(db), nothing())).hasSize(1);
    assertThat(ProjectName.problems(only("db"), null, Set.of(), List.of(more), nothing()))
        .isEmpty();
    assertThat(problems(same)).hasSize(1);
  }

  private static Release only(String service) {
    SortedMap<String, Release.Service> one = new TreeMap<>(shop().services());
    one.keySet().retainAll(Set.of(service));
    return new Release("shop", one, shop().networks(), shop().volumes(), shop().rollout());
  }

  @Test
  void volumesThatTheAppDoesNotMakeAreNotLeftBeside() {
    Neighbour left = project(Map.of(), Map.of("data", "old_data"));
    ObservedState made =
        new ObservedState("shop", List.of(), new TreeSet<>(), new TreeSet<>(Set.of("shop_data")));
    assertThat(ProjectName.problems(shop(), null, Set.of(), List.of(left), made)).isEmpty();

    SortedMap<String, VolumeSpec> volumes = new TreeMap<>();
    volumes.put(
        "data", new VolumeSpec("data", "shop_data", true, null, new TreeMap<>(), new TreeMap<>()));
    Release external =
        new Release("shop", shop().services(), shop().networks(), volumes, shop().rollout());
    assertThat(ProjectName.problems(external, null, Set.of(), List.of(left), nothing())).isEmpty();
    assertThat(problems(project(Map.of(), Map.of("other", "old_other")))).isEmpty();
  }

  @Test
  void whatWasStartedInTheAppsOwnDirectoryIsTheApp() {
    Neighbour other = project(Map.of("web", service("old_web")), Map.of());
    assertThat(ProjectName.problems(shop(), "/srv/old", Set.of(), List.of(other), nothing()))
        .hasSize(1);
    assertThat(ProjectName.problems(shop(), "/srv/x", Set.of(), List.of(other), nothing()))
        .isEmpty();
  }

  @Test
  void volumesThatWereLeftAloneAreNotForgotten() {
    assertThat(problems(project(Map.of(), Map.of("data", "old_data"))))
        .singleElement()
        .asString()
        .contains("shop_data beside old_data");
    assertThat(problems(project(Map.of(), Map.of("data", "old_data", "more", "old_more"))))
        .isEmpty();
  }

  @Test
  void whatIsKnownToBeAnotherAppIsOne() {
    Neighbour other =
        project(Map.of("web", service("registry.test/acme/web:1")), Map.of("data", "old_data"));
    assertThat(ProjectName.problems(shop(), null, Set.of("old"), List.of(other), nothing()))
        .isEmpty();
    Neighbour managed =
        new Neighbour("old", true, other.directories(), other.services(), other.volumes());
    assertThat(problems(managed)).isEmpty();
  }

  @Test
  void anAppThatHasBegunIsNotAskedAnyMore() {
    Neighbour other = project(Map.of("web", service("registry.test/acme/web:1")), Map.of());
    ObservedState begun =
        new ObservedState(
            "shop",
            List.of(ContainerBuilder.of("x", "shop", "web").build()),
            new TreeSet<>(),
            new TreeSet<>());
    assertThat(ProjectName.problems(shop(), null, Set.of(), List.of(other), begun)).isEmpty();
  }
}
