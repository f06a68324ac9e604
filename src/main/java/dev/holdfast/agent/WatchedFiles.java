package dev.holdfast.agent;

import dev.holdfast.config.AppConfig;
import dev.holdfast.config.AppConfig.Origin;
import dev.holdfast.config.AppConfig.Versions;
import dev.holdfast.git.DirectorySource;
import dev.holdfast.git.Source;
import dev.holdfast.wake.FileWatch.Place;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which files of this server each app is read from, as far as its last look tells. */
final class WatchedFiles {
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(AppConfig config, Source source) {}

  void put(AppConfig app, Source source) {
    entries.put(app.name(), new Entry(app, source));
  }

  void keep(Set<String> apps) {
    entries.keySet().retainAll(apps);
  }

  Set<Place> of(String app) {
    Entry entry = entries.get(app);
    if (entry == null) {
      return Set.of();
    }
    Set<Place> places = new HashSet<>();
    if (entry.config().versions() instanceof Versions.OnServer versions) {
      places.add(Place.ofFile(versions.path()));
    }
    entry.config().envFiles().forEach(file -> places.add(Place.ofFile(file)));
    if (entry.config().source() instanceof Origin.Directory directory) {
      Path root = directory.path();
      places.add(new Place(root, "what configures", DirectorySource::configures));
      if (entry.source() instanceof DirectorySource source) {
        source.asked().forEach(path -> places.add(Place.ofFile(root.resolve(path))));
      }
    }
    return places;
  }
}
