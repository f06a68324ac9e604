package dev.holdfast.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** How far the pulls are that run now. */
@ApplicationScoped
public class Pulls {
  private static final long PAUSE_NANOS = 500_000_000;
  private final Map<String, Map<String, Told>> running = new ConcurrentHashMap<>();
  private final Events events;

  Pulls(Events events) {
    this.events = events;
  }

  /** In bytes of the layers known so far; {@code total} grows while layers are discovered. */
  public record Pull(String app, String image, long current, long total) {}

  private record Told(Pull pull, long at) {}

  /** Listeners hear of it twice a second at most. */
  public void at(Pull pull) {
    long now = System.nanoTime();
    Map<String, Told> ofApp = running.computeIfAbsent(pull.app(), app -> new ConcurrentHashMap<>());
    Told before = ofApp.get(pull.image());
    if (before != null && now - before.at() < PAUSE_NANOS) {
      ofApp.put(pull.image(), new Told(pull, before.at()));
      return;
    }
    ofApp.put(pull.image(), new Told(pull, now));
    events.pulling(pull);
  }

  public void ended(String app, String image) {
    running.computeIfPresent(
        app,
        (name, ofApp) -> {
          ofApp.remove(image);
          return ofApp.isEmpty() ? null : ofApp;
        });
  }

  /** By the images' names. */
  public List<Pull> of(String app) {
    Collection<Told> told = new TreeMap<>(running.getOrDefault(app, Map.of())).values();
    return told.stream().map(Told::pull).toList();
  }
}
