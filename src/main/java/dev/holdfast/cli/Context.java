package dev.holdfast.cli;

import java.time.InstantSource;
import java.util.Map;

/** What a command has of the process it runs in. */
record Context(Terminal terminal, Map<String, String> environment, InstantSource clock) {}
