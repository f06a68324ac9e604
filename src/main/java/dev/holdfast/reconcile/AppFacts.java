package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.reconcile.AppView.Named;
import dev.holdfast.reconcile.AppView.SourceView;
import dev.holdfast.reconcile.Definition.Look;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the last looks at an app gave: what is desired, what was seen beside which release. */
final class AppFacts {
  private final AppSettings settings;
  private final AppPorts ports;

  SourceView source = new SourceView("", null, null, null, null);
  @Nullable Look look;
  @Nullable ObservedState seen;
  @Nullable Release current;
  @Nullable Instant lookedAt;

  AppFacts(AppSettings settings, AppPorts ports) {
    this.settings = settings;
    this.ports = ports;
  }

  Definition.@Nullable Target target() {
    return look == null ? null : look.target();
  }

  Definition.@Nullable Target targetOf(String release) {
    Definition.Target target = target();
    return target != null && target.release().id().equals(release) ? target : null;
  }

  /** As it was just read, or as it is kept. */
  Optional<Release> releaseOf(String id) {
    Definition.Target target = targetOf(id);
    return target != null
        ? Optional.of(target.release())
        : ports.store().release(settings.app(), id);
  }

  @Nullable Named desired() {
    Definition.Target target = target();
    return target == null
        ? null
        : new Named(target.release().id(), target.name().version(), target.name().commit());
  }

  Look lookAtDefinition() {
    // What is read is at least as new as this: whoever asks later may find something newer.
    Instant now = ports.time().now();
    Look fresh = ports.definition().look();
    look = fresh;
    lookedAt = now;
    boolean read = fresh.kind() == null || !fresh.kind().equals("source");
    Instant checked = read ? now : source.checkedAt();
    String error =
        fresh.problems().isEmpty()
            ? null
            : ports.redactor().redact(String.join("\n", fresh.problems()));
    String revision = read ? fresh.revision() : source.revision();
    source =
        new SourceView(
            settings.sourceUrl(), read ? fresh.ref() : source.ref(), revision, checked, error);
    if (read) {
      ports.signals().sourceRead(settings.app(), now);
    }
    if (error != null) {
      ports
          .signals()
          .problem(settings.app(), Objects.requireNonNullElse(fresh.kind(), "source"), error);
    }
    return fresh;
  }
}
