package dev.holdfast.model;

import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.DeploymentRecord.Status;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A record for tests: a deployment in progress that has touched nothing, until something else is
 * said.
 */
public final class RecordBuilder {
  public static final Instant AT = Instant.parse("2026-11-20T12:00:00Z");
  private final String release;
  private String app = "shop";
  private Kind kind = Kind.DEPLOY;
  private Status status = Status.IN_PROGRESS;
  private Direction direction = Direction.FORWARD;
  private boolean began;
  private List<Replaced> before = List.of();
  private final SortedMap<Integer, Integer> migrations = new TreeMap<>();
  private final SortedMap<Integer, Integer> undone = new TreeMap<>();
  private @Nullable Failure failure;
  private List<DeploymentRecord.StepRecord> steps = List.of();

  private RecordBuilder(String release) {
    this.release = release;
  }

  public static RecordBuilder to(String release) {
    return new RecordBuilder(release);
  }

  public RecordBuilder app(String newApp) {
    app = newApp;
    return this;
  }

  public RecordBuilder kind(Kind newKind) {
    kind = newKind;
    return this;
  }

  public RecordBuilder status(Status newStatus) {
    status = newStatus;
    return this;
  }

  public RecordBuilder back() {
    direction = Direction.BACK;
    return this;
  }

  public RecordBuilder began() {
    began = true;
    return this;
  }

  public RecordBuilder before(Replaced... containers) {
    before = List.of(containers);
    return this;
  }

  public RecordBuilder migrated(int index, int exitStatus) {
    migrations.put(index, exitStatus);
    return this;
  }

  public RecordBuilder undone(int index, int exitStatus) {
    undone.put(index, exitStatus);
    return this;
  }

  public RecordBuilder steps(DeploymentRecord.StepRecord... all) {
    steps = List.of(all);
    return this;
  }

  public RecordBuilder failed(String step, String reason) {
    failure = new Failure(step, null, reason, List.of());
    return this;
  }

  public DeploymentRecord build() {
    return new DeploymentRecord(
        "20261120T120000Z-" + release,
        AT,
        status == Status.IN_PROGRESS ? null : AT.plusSeconds(60),
        "vps",
        app,
        "test",
        kind,
        status,
        direction,
        "test",
        null,
        null,
        null,
        release,
        "v",
        null,
        null,
        List.of(),
        new TreeMap<>(),
        true,
        began,
        before,
        migrations,
        undone,
        steps,
        failure,
        new TreeMap<>(),
        null,
        null,
        List.of());
  }
}
