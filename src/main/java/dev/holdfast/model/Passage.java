package dev.holdfast.model;

import java.time.Instant;

/** A person let a release through a closed window or a freeze. */
public record Passage(String by, Instant at, String reason) {}
