package dev.holdfast.reconcile;

import dev.holdfast.backup.Backups;
import dev.holdfast.docker.Engine;
import dev.holdfast.probe.Prober;
import dev.holdfast.registry.Registry;
import dev.holdfast.store.Redactor;
import dev.holdfast.store.Store;
import java.util.concurrent.Executor;

/**
 * The world of one app's attempts; {@code workers} run what may run at the same time, the gate says
 * how many apps may.
 */
public record AppPorts(
    Definition definition,
    Engine engine,
    Registry registry,
    Prober prober,
    Store store,
    Backups backups,
    Redactor redactor,
    Time time,
    Signals signals,
    Executor workers,
    RolloutGate gate) {}
