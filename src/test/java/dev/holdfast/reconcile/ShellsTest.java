package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many shells there are at once, and what they keep out. */
class ShellsTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final ShellWish WISH = new ShellWish("api", null, List.of(), false, 0, 0, false);
  private final Shells shells = new Shells();
  private final List<Thread> people = new ArrayList<>();
  private final CountDownLatch leave = new CountDownLatch(1);
  private final List<String> noted = new ArrayList<>();

  @AfterEach
  void allLeave() throws InterruptedException {
    leave.countDown();
    for (Thread person : people) {
      person.join();
    }
  }

  private static ShellEnd hold(
      Shells shells, String app, CountDownLatch sits, CountDownLatch leave) {
    return shells.hold(
        app,
        WISH,
        "ann",
        NOON,
        id -> {
          sits.countDown();
          try {
            assertThat(leave.await(30, TimeUnit.SECONDS)).isTrue();
            return new ShellEnd(0, null);
          } catch (InterruptedException e) {
            return ShellEnd.because("cut off");
          }
        });
  }

  private void sit(String app) throws InterruptedException {
    CountDownLatch sits = new CountDownLatch(1);
    people.add(Thread.ofVirtual().start(() -> hold(shells, app, sits, leave)));
    assertThat(sits.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void thereAreOnlySoManyAtOnceAndTheNextIsToldWhoseTheyAre() throws InterruptedException {
    for (int i = 0; i < Shells.MOST; i++) {
      sit("shop" + i);
    }
    assertThatThrownBy(() -> hold(shells, "blog", new CountDownLatch(1), leave))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("8 shells are open already")
        .hasMessageContaining("ann in api of shop3 since 2026-11-21T12:00:00Z");
    allLeave();
    assertThat(hold(shells, "blog", new CountDownLatch(1), leave).exitStatus()).isZero();
  }

  @Test
  void aRestoreWaitsForNobodyAndIsRefusedWhileSomebodySitsAtTheApp() throws InterruptedException {
    sit("shop");
    assertThatThrownBy(() -> shells.whileNoneIsOpen("shop", () -> noted.add("shop")))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("end it first: ann in api of shop");
    shells.whileNoneIsOpen("blog", () -> noted.add("blog"));
    allLeave();
    shells.whileNoneIsOpen("shop", () -> noted.add("shop again"));
    assertThat(noted).containsExactly("blog", "shop again");
  }

  @Test
  void whoComesWhileARestoreIsNotedFindsItNoted() throws InterruptedException {
    CountDownLatch noting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
    Thread restore =
        Thread.ofVirtual()
            .start(
                () ->
                    shells.whileNoneIsOpen(
                        "shop",
                        () -> {
                          noting.countDown();
                          await(go);
                          order.add("noted");
                        }));
    assertThat(noting.await(30, TimeUnit.SECONDS)).isTrue();
    Thread person =
        Thread.ofVirtual()
            .start(
                () ->
                    shells.hold(
                        "shop",
                        WISH,
                        "ann",
                        NOON,
                        id -> {
                          order.add("asks whether one is noted");
                          return new ShellEnd(0, null);
                        }));
    assertThat(person.join(Duration.ofMillis(200))).as("waits for the note").isFalse();
    go.countDown();
    restore.join();
    person.join();
    assertThat(order).containsExactly("noted", "asks whether one is noted");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theAgentsStopEndsThemAndNoneBeginsAfterIt() throws InterruptedException {
    sit("shop");
    assertThat(shells.awaitNone(Duration.ofMillis(50))).isFalse();
    shells.close();
    assertThat(shells.awaitNone(Duration.ofSeconds(20))).isTrue();
    assertThatThrownBy(() -> hold(shells, "shop", new CountDownLatch(1), leave))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("the agent stops");
  }

  @Test
  void whoSitsAtWhichAppIsListedUntilTheyLeave() throws InterruptedException {
    sit("shop");
    sit("blog");
    assertThat(shells.of("shop"))
        .singleElement()
        .satisfies(
            shell -> {
              assertThat(shell.by()).isEqualTo("ann");
              assertThat(shell.service()).isEqualTo("api");
              assertThat(shell.since()).isEqualTo(NOON);
              assertThat(shells.isOpen(shell.id())).isTrue();
            });
    assertThat(shells.of("docs")).isEmpty();
    allLeave();
    assertThat(shells.of("shop")).isEmpty();
  }
}
