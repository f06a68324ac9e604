package dev.holdfast.wake;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Wakes an app when one of its files on this server changes (inotify).
 *
 * <ol>
 *   <li>Of a folder only the names count that its app reads: what its services write beside them
 *       wakes nobody.
 *   <li>Beside each folder the one above is watched for its name, so that a folder that is removed
 *       and made anew, exchanged by a rename, or not there yet is followed; where the one above is
 *       missing too, the nearest that is there.
 *   <li>What changes in one go wakes once, when it has been still for a moment or at the latest
 *       after a few.
 *   <li>Folders are bounded; those beyond are only looked at an interval.
 * </ol>
 *
 * Without anything to watch there is no watcher and no thread.
 */
public final class FileWatch implements AutoCloseable {
  static final int MOST_FOLDERS = 1_000;

  /** A path of more parts than these, made while it is followed, is seen at the next look. */
  private static final int MOST_TURNS = 50;

  private static final Duration STILL = Duration.ofMillis(60);
  private static final Duration AT_MOST = Duration.ofMillis(300);

  private final Consumer<String> wake;
  private final Consumer<String> note;
  private final Map<String, Set<Place>> places = new HashMap<>();
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private @Nullable WatchService watcher;
  private boolean unable;
  private boolean closed;

  /**
   * Names in a folder; two are the same where folder and {@code what} are.
   *
   * @param what says which names, for telling places apart
   */
  public record Place(Path folder, String what, Predicate<String> names) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Place place && folder.equals(place.folder) && what.equals(place.what);
    }

    @Override
    public int hashCode() {
      return folder.hashCode() * 31 + what.hashCode();
    }

    public static Place ofFile(Path file) {
      Path folder = file.getParent();
      String name = String.valueOf(file.getFileName());
      return new Place(folder == null ? file : folder, name, name::equals);
    }
  }

  /**
   * @param wake an app by its name
   * @param note one line for the log
   */
  public FileWatch(Consumer<String> wake, Consumer<String> note) {
    this.wake = wake;
    this.note = note;
  }

  /** From now on an app has these places. */
  public synchronized void watch(String app, Set<Place> its) {
    if (closed || its.equals(places.getOrDefault(app, Set.of()))) {
      return;
    }
    if (its.isEmpty()) {
      places.remove(app);
    } else {
      places.put(app, Set.copyOf(its));
    }
    register();
  }

  /** Watches what has to be watched now, and nothing else. */
  private void register() {
    if (unable || (watcher == null && places.isEmpty())) {
      return;
    }
    try {
      WatchService service = watcher == null ? open() : watcher;
      Set<Path> wanted = wanted();
      // What is made in a folder before it is watched is told by nobody: so look again after that.
      for (int i = 0; i < MOST_TURNS; i++) {
        follow(service, wanted);
        Set<Path> since = wanted();
        if (since.equals(wanted)) {
          return;
        }
        wanted = since;
      }
    } catch (IOException e) {
      unable = true;
      note.accept(
          "changes of files are seen at the next look only, because the kernel gives no watch: "
              + e.getMessage()
              + "; raise fs.inotify.max_user_watches and max_user_instances");
    }
  }

  private void follow(WatchService service, Set<Path> wanted) throws IOException {
    keys.entrySet()
        .removeIf(
            entry -> {
              boolean gone = !wanted.contains(entry.getKey()) || !entry.getValue().isValid();
              if (gone) {
                entry.getValue().cancel();
              }
              return gone;
            });
    for (Path folder : wanted) {
      if (!keys.containsKey(folder)) {
        add(service, folder);
      }
    }
  }

  private WatchService open() throws IOException {
    WatchService opened = FileSystems.getDefault().newWatchService();
    watcher = opened;
    Thread.ofVirtual().name("files").start(() -> run(opened));
    return opened;
  }

  private void add(WatchService service, Path folder) throws IOException {
    try {
      keys.put(
          folder,
          folder.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE));
    } catch (NoSuchFileException | NotDirectoryException e) {
      // It went this moment: the one above tells when it is back.
      return;
    } catch (AccessDeniedException e) {
      return;
    }
  }

  /** Each folder that is there, and the nearest one above it that is. */
  private Set<Path> wanted() {
    Set<Path> wanted = new TreeSet<>();
    for (Set<Place> its : places.values()) {
      for (Place place : its) {
        if (wanted.size() >= MOST_FOLDERS) {
          return wanted;
        }
        if (Files.isDirectory(place.folder())) {
          wanted.add(place.folder());
        }
        Path above = place.folder().getParent();
        while (above != null && !Files.isDirectory(above)) {
          above = above.getParent();
        }
        if (above != null) {
          wanted.add(above);
        }
      }
    }
    return wanted;
  }

  private void run(WatchService service) {
    try {
      while (true) {
        Set<String> woken = new HashSet<>();
        take(service.take(), woken);
        long end = System.nanoTime() + AT_MOST.toNanos();
        for (WatchKey key = service.poll(STILL.toMillis(), TimeUnit.MILLISECONDS);
            key != null;
            key = service.poll(STILL.toMillis(), TimeUnit.MILLISECONDS)) {
          take(key, woken);
          if (System.nanoTime() - end >= 0) {
            break;
          }
        }
        woken.forEach(wake);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ClosedWatchServiceException e) {
      // The agent stops.
      return;
    }
  }

  private synchronized void take(WatchKey key, Set<String> woken) {
    boolean moved = false;
    Path folder = (Path) key.watchable();
    for (WatchEvent<?> event : key.pollEvents()) {
      @Nullable Path name = event.context() instanceof Path path ? path : null;
      // Without a name the kernel lost some: everything there may have changed.
      moved |= name == null || isOnTheWay(folder.resolve(name));
      places.forEach(
          (app, its) -> {
            if (its.stream().anyMatch(place -> concerns(place, folder, name))) {
              woken.add(app);
            }
          });
    }
    if (!key.reset()) {
      keys.remove(folder, key);
      moved = true;
    }
    if (moved) {
      renew();
    }
  }

  private static boolean concerns(Place place, Path folder, @Nullable Path name) {
    if (name == null) {
      return place.folder().startsWith(folder);
    }
    return place.folder().equals(folder)
        ? place.names().test(name.toString())
        : place.folder().startsWith(folder.resolve(name));
  }

  /** A folder that is watched, or one above it. */
  private boolean isOnTheWay(Path path) {
    return places.values().stream()
        .flatMap(Set::stream)
        .anyMatch(place -> place.folder().startsWith(path));
  }

  /** A watch stays with the folder that had the name; the one that has it now gets another. */
  private void renew() {
    keys.entrySet()
        .removeIf(
            entry -> {
              boolean place =
                  places.values().stream()
                      .flatMap(Set::stream)
                      .anyMatch(p -> p.folder().equals(entry.getKey()));
              if (place) {
                entry.getValue().cancel();
              }
              return place;
            });
    register();
  }

  synchronized int watched() {
    return keys.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      if (watcher != null) {
        watcher.close();
      }
    } catch (IOException e) {
      note.accept("could not end the watch of files: " + e.getMessage());
    }
  }
}
