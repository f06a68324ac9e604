package dev.holdfast.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which backups go: of each name those beyond {@code count} and those older than {@code age}, never
 * the newest one that was found good, and none of an id that is still needed.
 */
public record Retention(int count, Duration age) {
  private static final Comparator<Saved> NEWEST_FIRST =
      Comparator.comparing(Saved::takenAt).thenComparing(Saved::id).reversed();

  /**
   * @param needed ids of deployments and requests whose backups may yet be restored by the agent
   */
  public List<Saved> superfluous(List<Saved> all, Set<String> needed, Instant now) {
    SortedMap<String, List<Saved>> byName = new TreeMap<>();
    all.forEach(
        taken -> byName.computeIfAbsent(taken.name(), name -> new ArrayList<>()).add(taken));
    List<Saved> superfluous = new ArrayList<>();
    byName.values().forEach(of -> superfluous.addAll(superfluousOf(of, needed, now)));
    return superfluous;
  }

  private List<Saved> superfluousOf(List<Saved> ofOneName, Set<String> needed, Instant now) {
    List<Saved> newestFirst = ofOneName.stream().sorted(NEWEST_FIRST).toList();
    Saved lastGood =
        newestFirst.stream().filter(Saved::verified).findFirst().orElse(newestFirst.getFirst());
    List<Saved> superfluous = new ArrayList<>();
    for (int i = 0; i < newestFirst.size(); i++) {
      Saved taken = newestFirst.get(i);
      boolean old = taken.takenAt().isBefore(now.minus(age));
      boolean kept = i == 0 || taken.equals(lastGood) || needed.contains(taken.id());
      if ((i >= count || old) && !kept) {
        superfluous.add(taken);
      }
    }
    return superfluous;
  }
}
