package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.plan.Undos;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The deployment that an app's memory names, and what becomes of it once it is over. */
final class InFlight {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;

  InFlight(AppSettings settings, AppPorts ports, AppMemory memory) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
  }

  /** A deployment whose record is closed and which memory still names died between two writes. */
  Memory settle() {
    Memory known = memory.read();
    if (known.deployment() == null) {
      return known;
    }
    Optional<DeploymentRecord> record = ports.store().record(settings.app(), known.deployment());
    if (record.isEmpty()) {
      return memory.change(m -> m.withDeployment(null));
    }
    return Settlement.isOver(record.get()) ? memory.change(m -> settled(m, record.get())) : known;
  }

  private Memory settled(Memory known, DeploymentRecord record) {
    Set<String> owed = new TreeSet<>();
    ports
        .store()
        .release(settings.app(), record.release())
        .ifPresent(release -> owed.addAll(Undos.owed(release, record)));
    return Settlement.of(known, record, settings.keepReleases(), owed);
  }

  @Nullable DeploymentRecord of(Memory known) {
    return known.deployment() == null
        ? null
        : ports.store().record(settings.app(), known.deployment()).orElse(null);
  }
}
