package dev.holdfast.reconcile;

import dev.holdfast.backup.Saved;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Memory.Hold;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds for data of which nobody knows what it is: they name the backups that are owed, and end by
 * themselves once all of these are restored. A hold for another reason names them too, and is not
 * ended by that; nor does whoever ends that one let services run on such data unasked.
 */
final class RestoreHolds {
  /** Whose holds these are. */
  static final String OURS = "holdfast";

  private static final String AND = "; and then ";
  private static final String UNSAID = "it is held";
  private static final String LEFT = "; still to be restored: ";

  private RestoreHolds() {}

  /** Data was to be put back, and is not, or not whole. */
  static Memory owing(Memory memory, Collection<String> names, String why, Instant now) {
    Hold hold = memory.hold();
    TreeSet<String> all = new TreeSet<>(names);
    Instant since = now;
    if (hold != null && !hold.owed().isEmpty()) {
      all.addAll(hold.owed());
      // What was saved since then is the very data that nobody knows.
      since = hold.knownUntil();
    }
    List<String> owed = List.copyOf(all);
    if (hold == null || hold.endsOnceRestored()) {
      return memory.withHold(new Hold(why, OURS, since, owed));
    }
    // Somebody else's word, or a release's: it stands, and what is restored does not end it.
    String both = cut(hold.reason(), AND) + AND + why;
    return memory.withHold(new Hold(both, hold.by(), hold.at(), owed, since));
  }

  /** A person's hold, which forgets nothing that is owed, and no reason by giving none. */
  static Memory held(Memory memory, Hold by) {
    Hold before = memory.hold();
    if (before == null) {
      return memory.withHold(by);
    }
    if (before.owed().isEmpty()) {
      boolean says = by.reason() != null;
      return memory.withHold(says ? by : new Hold(before.reason(), by.by(), by.at()));
    }
    String both = Objects.requireNonNullElse(by.reason(), UNSAID) + AND + ofData(before);
    return memory.withHold(new Hold(both, by.by(), by.at(), before.owed(), before.knownUntil()));
  }

  /** What a person held is free again; what is owed holds the app until it is restored. */
  static Memory resumed(Memory memory) {
    Hold hold = memory.hold();
    if (hold == null || hold.owed().isEmpty() || hold.endsOnceRestored()) {
      return memory.withHold(null);
    }
    return memory.withHold(new Hold(ofData(hold), OURS, hold.knownUntil(), hold.owed()));
  }

  /** What of the reason is about the data. */
  private static String ofData(Hold hold) {
    String reason = Objects.requireNonNullElse(hold.reason(), UNSAID);
    int at = reason.indexOf(AND);
    return at < 0 ? reason : reason.substring(at + AND.length());
  }

  /** Whether nothing holds the app once these have been restored. */
  static boolean frees(@Nullable Hold hold, Collection<Saved> restored) {
    return hold == null || (hold.endsOnceRestored() && left(hold, restored).isEmpty());
  }

  static Memory restored(Memory memory, Collection<Saved> restored) {
    Hold hold = memory.hold();
    if (hold == null || hold.owed().isEmpty()) {
      return memory;
    }
    List<String> left = left(hold, restored);
    if (!left.isEmpty()) {
      String why = cut(hold.reason(), LEFT) + LEFT + String.join(", ", left);
      return memory.withHold(new Hold(why, hold.by(), hold.at(), left, hold.owedSince()));
    }
    return memory.withHold(
        hold.endsOnceRestored() ? null : new Hold(cut(hold.reason(), AND), hold.by(), hold.at()));
  }

  private static List<String> left(Hold hold, Collection<Saved> restored) {
    return hold.owed().stream()
        .filter(
            name ->
                restored.stream()
                    .noneMatch(
                        taken ->
                            taken.name().equals(name)
                                && taken.takenAt().isBefore(hold.knownUntil())))
        .toList();
  }

  private static String cut(@Nullable String reason, String at) {
    String text = Objects.requireNonNullElse(reason, UNSAID);
    int end = text.indexOf(at);
    return end < 0 ? text : text.substring(0, end);
  }

  /** The commands that restore these, one after the other. */
  static String commands(String app, String id, Collection<String> names) {
    List<String> all =
        names.stream()
            .map(name -> "`holdfast restore " + app + " " + id + " " + name + "`")
            .toList();
    return String.join(" and ", all);
  }
}
