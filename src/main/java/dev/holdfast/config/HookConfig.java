package dev.holdfast.config;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A way for others to make the agent look now.
 *
 * @param secret what a sender proves that it knows
 * @param apps those that are looked at; empty: all
 */
public record HookConfig(Secret secret, Set<String> apps) {
  public HookConfig {
    apps = Collections.unmodifiableSet(new TreeSet<>(apps));
  }
}
