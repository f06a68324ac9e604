package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.backup.Retention;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.model.DesiredState.ReleaseName;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.reconcile.App;
import dev.holdfast.reconcile.AppPorts;
import dev.holdfast.reconcile.AppSettings;
import dev.holdfast.reconcile.Definition;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.reconcile.RolloutGate;
import dev.holdfast.registry.Registry;
import dev.holdfast.rollout.Rules;
import dev.holdfast.store.InMemoryBackups;
import dev.holdfast.store.InMemoryStore;
import dev.holdfast.store.Redactor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What {@code agent --once} does: every app to its end, also those that wait for another. */
class OnceTest {
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private final FakeTime time = new FakeTime();
  private final InMemoryStore store = new InMemoryStore();
  private final List<String> asked = new ArrayList<>();
  private final FakeEngine engine = new FakeEngine(time, new Undisturbed());

  /** Of each app, whether it is its turn now. */
  private Predicate<String> turn = app -> true;

  private static Release release(String app) {
    return release(app, 1);
  }

  private static Release release(String app, int version) {
    Release plain =
        CaseRelease.parse(
            "{ services: { %s: { version: %d } }, networks: [default] }".formatted(app, version));
    return new Release(app, plain.services(), plain.networks(), plain.volumes(), plain.rollout());
  }

  private boolean once(String... apps) {
    SortedMap<String, App> all = new TreeMap<>();
    for (String app : apps) {
      all.put(app, new App(settings(app), ports(release(app))));
    }
    Fleet fleet = new Fleet(store, attempt -> {}, new Random(1));
    fleet.set(all, INTERVAL);
    return fleet.once();
  }

  private boolean isThere(String app) {
    return release(app).id().equals(store.memory(app).lastGood());
  }

  @Test
  void whoHasToWaitForAnotherIsLookedAtAgainUntilAllAreThere() {
    turn = app -> app.equals("shop") || isThere("shop");
    assertThat(once("blog", "docs", "shop")).isTrue();
    assertThat(List.of("blog", "docs", "shop")).allMatch(this::isThere);
    assertThat(asked.subList(0, 3)).containsExactly("blog", "docs", "shop");
  }

  @Test
  void whereNobodyGetsOnItEndsAndIsNoSuccess() {
    turn = app -> app.equals("shop");
    assertThat(once("blog", "docs", "shop")).isFalse();
    assertThat(isThere("shop")).isTrue();
    assertThat(isThere("blog")).isFalse();
    assertThat(asked).hasSizeLessThan(10);
  }

  @Test
  void oneThatFailsIsNoSuccessAndKeepsNoOtherFromItsOwn() {
    Release bad = release("shop", 2);
    engine.behaviours.put(
        bad.services().get("shop").image().pullReference(),
        new Behaviour(Behaviour.Kind.EXITS_AT_ONCE, Duration.ofSeconds(1), 0, Duration.ZERO));
    Fleet fleet = new Fleet(store, attempt -> {}, new Random(1));
    App shop = new App(settings("shop"), ports(bad));
    App web = new App(settings("web"), ports(release("web")));
    fleet.set(Map.of("shop", shop, "web", web), INTERVAL);
    assertThat(fleet.once()).isFalse();
    assertThat(store.memory("shop").lastGood()).isNull();
    assertThat(store.memory("shop").quarantined()).hasSize(1);
    assertThat(isThere("web")).isTrue();
  }

  private static AppSettings settings(String app) {
    return new AppSettings(
        app,
        "test",
        "vps",
        "git://test",
        INTERVAL,
        Path.of("/srv/" + app),
        Path.of("/srv/" + app),
        List.of("compose.yaml"),
        List.of(),
        3,
        Duration.ofDays(365),
        new Retention(5, Duration.ofDays(30)),
        Set.of(),
        Rules.NONE);
  }

  private AppPorts ports(Release release) {
    return new AppPorts(
        () -> look(release),
        engine,
        new NoRegistry(),
        new FakeProber(engine, time),
        store,
        new InMemoryBackups(),
        new Redactor(),
        time,
        new Unheard(),
        Runnable::run,
        new Gate());
  }

  private static Definition.Look look(Release release) {
    Definition.Target target =
        new Definition.Target(
            release,
            new ReleaseName("v", null),
            "0".repeat(40),
            "refs/heads/main",
            null,
            List.of("compose.yaml"),
            new NoFiles());
    return new Definition.Look(target.revision(), target.ref(), target, null, List.of(), List.of());
  }

  private final class Gate implements RolloutGate {
    @Override
    public Turn ask(String app, Claim claim) {
      asked.add(app);
      return turn.test(app)
          ? new Turn.Granted(() -> {})
          : new Turn.Later("it waits for its turn: another one is rolled out");
    }

    @Override
    public void leave(String app) {}
  }

  private static final class NoFiles implements SourceTree {
    @Override
    public Optional<byte[]> file(String path) {
      return Optional.empty();
    }

    @Override
    public SortedMap<String, Tracked> under(String folder) {
      return new TreeMap<>();
    }
  }

  private static final class NoRegistry implements Registry {
    @Override
    public Digest resolve(ImageReference tagged) {
      throw new UnsupportedOperationException("these releases are resolved");
    }

    @Override
    public List<String> tags(ImageReference repository) {
      return List.of();
    }

    @Override
    public Optional<Credentials> credentials(String registry) {
      return Optional.empty();
    }
  }

  /** Nobody has a hand in what the engine does. */
  private static final class Undisturbed implements FakeEngine.Events {
    @Override
    public FakeEngine.Fault call(String what) {
      return FakeEngine.Fault.NONE;
    }

    @Override
    public void done(String what) {}

    @Override
    public void violation(String what) {
      throw new AssertionError(what);
    }

    @Override
    public void removing(FakeContainer container) {}

    @Override
    public void settingAside(FakeContainer container) {}

    @Override
    public Moments.Stand stand() {
      return new Moments.Stand(null, null, false, List.of(), true);
    }

    @Override
    public int cameAbout() {
      return 0;
    }
  }
}
