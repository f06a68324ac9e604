package dev.holdfast.reconcile;

/** An app with all that is needed for its attempts. */
public record App(AppSettings settings, AppPorts ports) {}
