package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.registry.ImageContents;
import dev.holdfast.registry.ImageContents.Layer;
import dev.holdfast.registry.Registry;
import dev.holdfast.registry.RegistryException;
import dev.holdfast.store.InMemoryStore;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PullRoomTest {
  private static final PinnedImage API = image("acme/api");
  private static final PinnedImage WEB = image("acme/web");
  private static final ImageContents ON_BASE =
      new ImageContents(digest(9), List.of(new Layer(digest(1), 100), new Layer(digest(2), 20)));
  private static final ImageContents ALSO_ON_BASE =
      new ImageContents(digest(8), List.of(new Layer(digest(1), 100), new Layer(digest(3), 7)));

  private static Digest digest(int number) {
    return new Digest("sha256:" + "%064x".formatted(number));
  }

  private static PinnedImage image(String name) {
    return PinnedImage.of(ImageReference.parse(name), digest(99));
  }

  private static List<String> unpacked(PinnedImage image) {
    return image.equals(API) ? List.of("base", "api") : List.of("base", "web");
  }

  @Test
  void aLayerThatTwoImagesShareIsFetchedOnce() {
    Map<Digest, Long> missing =
        PullRoom.missing(
            Map.of(API, ON_BASE, WEB, ALSO_ON_BASE), PullRoomTest::unpacked, List.of());
    assertThat(missing)
        .containsOnly(
            Map.entry(digest(1), 100L), Map.entry(digest(2), 20L), Map.entry(digest(3), 7L));
    assertThat(PullRoom.needed(missing)).isEqualTo(2 * 127 + PullRoom.REST);
  }

  @Test
  void aLayerIsHereWhereItLiesOnTheSameLayers() {
    List<List<String>> here = List.of(List.of("base", "web", "more"), List.of("other", "api"));
    assertThat(
            PullRoom.missing(Map.of(API, ON_BASE, WEB, ALSO_ON_BASE), PullRoomTest::unpacked, here))
        .containsOnly(Map.entry(digest(2), 20L));
  }

  @Test
  void whatIsNotKnownIsHeldAgainstNoImage() {
    assertThat(PullRoom.missing(Map.of(API, ON_BASE), image -> List.of(), List.of())).isEmpty();
  }

  /** A server with so much free, and a registry that says what it has. */
  private record Server(long free, List<List<String>> here, boolean registryAnswers) {
    Optional<String> refusal(PinnedImage... images) {
      return new PullRoom(ports(), "shop").refusal(List.of(images));
    }

    private AppPorts ports() {
      AppPorts quiet = Quiet.ports(() -> null, new InMemoryStore());
      return new AppPorts(
          quiet.definition(),
          engine(),
          registry(),
          quiet.prober(),
          quiet.store(),
          quiet.backups(),
          quiet.redactor(),
          quiet.time(),
          quiet.signals(),
          quiet.workers(),
          quiet.gate());
    }

    private Engine engine() {
      return (Engine)
          Proxy.newProxyInstance(
              Engine.class.getClassLoader(),
              new Class<?>[] {Engine.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "room" -> Optional.of(new Engine.Room("/var/lib/docker", free, "amd64"));
                    case "layers" -> here;
                    case "stored" -> List.of(new Engine.Stored(List.of(), 5L << 20, false));
                    default -> throw new EngineException.Unreachable(method.getName(), null);
                  });
    }

    private Registry registry() {
      return new Registry() {
        @Override
        public Digest resolve(ImageReference tagged) {
          throw new UnsupportedOperationException();
        }

        @Override
        public List<String> tags(ImageReference repository) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ImageContents> contents(PinnedImage image, String architecture) {
          if (!registryAnswers) {
            throw new RegistryException.Unavailable("it is away", null);
          }
          return Optional.of(
              new ImageContents(digest(7), List.of(new Layer(digest(1), 100L << 20))));
        }

        @Override
        public List<String> unpacked(PinnedImage image, ImageContents contents) {
          return List.of("base");
        }

        @Override
        public Optional<Credentials> credentials(String registry) {
          return Optional.empty();
        }
      };
    }
  }

  @Test
  void whatDoesNotFitIsRefusedWithWhatIsFreeWhatIsNeededAndWhatCouldMakeRoom() {
    long needed = 2 * (100L << 20) + PullRoom.REST;
    assertThat(new Server(needed - 1, List.of(), true).refusal(API))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains("there are 264 MiB free on /var/lib/docker, and 264 MiB are needed")
                    .contains("100 MiB to fetch for 1 image")
                    .contains("no container uses take 5 MiB")
                    .contains("holdfast retry shop"));
    assertThat(new Server(needed, List.of(), true).refusal(API)).isEmpty();
  }

  @Test
  void whatIsHereIsPulledHoweverLittleIsFreeAndWhatIsNotKnownToo() {
    assertThat(new Server(1, List.of(List.of("base")), true).refusal(API)).isEmpty();
    assertThat(new Server(1, List.of(), false).refusal(API)).isEmpty();
    assertThat(new Server(1, List.of(List.of("other")), true).refusal(API)).isPresent();
  }
}
