package dev.holdfast.notify;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.notify.Happening.Subject;
import dev.holdfast.store.Outbox;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** Notifications over a state directory, with a quick pace and a memory of what was heard. */
final class Rig implements AutoCloseable, NotifyListener {
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  static final Pace QUICK =
      new Pace(
          Duration.ZERO,
          Duration.ofMinutes(15),
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          Duration.ofHours(24),
          Duration.ofSeconds(2));

  final List<DeploymentRecord> records = new CopyOnWriteArrayList<>();
  final List<String> notes = new CopyOnWriteArrayList<>();
  final Map<String, Integer> counts = new ConcurrentHashMap<>();
  final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  final Notifications notifications;

  Rig(Path state) {
    this(state, QUICK, text -> text.replace("hunter2-secret", "***"));
  }

  Rig(Path state, Pace pace, UnaryOperator<String> redact) {
    notifications =
        new Notifications(
            new Outbox(state, notes::add),
            app -> List.copyOf(records),
            this,
            redact,
            now::get,
            pace);
  }

  static Receiver slack(String url) {
    return new Receiver(new Receiver.Kind.Slack(() -> url), EnumSet.allOf(Event.class));
  }

  static Receiver webhook(String url) {
    return new Receiver(
        new Receiver.Kind.Webhook(() -> url, () -> "key"), EnumSet.allOf(Event.class));
  }

  void use(Map<String, Receiver> receivers) {
    notifications.use("vps-1", "production", receivers);
  }

  static Subject subject(String... notifiers) {
    return new Subject("shop", Set.of(notifiers), "acme/shop");
  }

  /** As the agent does it: the record is written before anybody is told. */
  void ended(Subject subject, DeploymentRecord record) {
    records.addFirst(record);
    notifications.happened(new Happening.Deployment(subject, record));
  }

  /** Its record lies there. */
  void began(DeploymentRecord record) {
    records.addFirst(record);
  }

  void asked(Subject subject, DeploymentRecord record) {
    notifications.happened(new Happening.Asked(subject, record.deploymentId()));
  }

  void looked(Subject subject, String... troubles) {
    Map<String, String> met = new TreeMap<>();
    for (String trouble : troubles) {
      met.put(trouble, "could not: " + trouble);
    }
    notifications.happened(new Happening.Looked(subject, met, Set.of()));
  }

  static DeploymentRecord record(int number, Status status) {
    return record(number, status, "1.4." + number, null);
  }

  static DeploymentRecord failed(int number, Status status, String step, String reason) {
    return record(number, status, "1.4.2", new Failure(step, "api", reason, List.of("a", "b")));
  }

  static DeploymentRecord record(int number, Status status, String version, Failure failure) {
    boolean over = status != Status.IN_PROGRESS;
    return new DeploymentRecord(
        "20261120T1200%02dZ-4f3c2a1b9d0e".formatted(number),
        NOON,
        over ? NOON.plusSeconds(75) : null,
        "vps-1",
        "shop",
        "production",
        Kind.DEPLOY,
        status,
        Direction.FORWARD,
        "the desired release changed",
        "4f3c2a1b9d0e4f3c2a1b9d0e4f3c2a1b9d0e4f3c",
        "refs/heads/main",
        NOON,
        failure == null ? "%012x".formatted(number) : "aaaaaaaaaaaa",
        version,
        "0123456789ab",
        "bbbbbbbbbbbb",
        List.of("api", "web"),
        new TreeMap<>(),
        true,
        failure == null || !failure.step().equals("pull"),
        List.of(),
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        failure,
        new TreeMap<>(),
        null,
        null,
        List.of());
  }

  int count(String what) {
    return counts.getOrDefault(what, 0);
  }

  void awaitCount(String what, int least) throws InterruptedException {
    for (int i = 0; i < 1_000 && count(what) < least; i++) {
      Thread.sleep(20);
    }
  }

  static List<String> files(Path folder) {
    List<String> names = new ArrayList<>();
    String[] found = folder.toFile().list();
    if (found != null) {
      names.addAll(List.of(found));
    }
    return names;
  }

  @Override
  public void sent(String notifier) {
    counts.merge("sent " + notifier, 1, Integer::sum);
  }

  @Override
  public void failed(String notifier) {
    counts.merge("failed " + notifier, 1, Integer::sum);
  }

  @Override
  public void dropped(String notifier) {
    counts.merge("dropped " + notifier, 1, Integer::sum);
  }

  @Override
  public void waiting(String notifier, int messages) {
    counts.put("waiting " + notifier, messages);
  }

  @Override
  public void note(String line) {
    notes.add(line);
  }

  @Override
  public void close() {
    notifications.close();
  }
}
