package dev.holdfast.config;

import dev.holdfast.config.AppConfig.Window;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One entry of {@code window:}. */
final class WindowReader {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private WindowReader() {}

  static Optional<Window> read(Section entry) {
    Set<DayOfWeek> days =
        entry.parse("days", WindowReader::days).orElse(EnumSet.allOf(DayOfWeek.class));
    Optional<LocalTime> from = entry.parse("from", Values::time);
    Optional<LocalTime> to = entry.parse("to", Values::time);
    Optional<ZoneId> zone = entry.parse("zone", Values::zone);
    entry.require("from", "give the time at which it opens, as \"09:00\"");
    entry.require("to", "give the time at which it closes, as \"16:00\"");
    entry.require("zone", "give the time zone, as Europe/Berlin");
    entry.done();
    if (from.isEmpty() || to.isEmpty() || zone.isEmpty()) {
      return Optional.empty();
    }
    if (from.equals(to)) {
      entry.problem("from and to are the same; leave the window out to roll out at any time");
    }
    return Optional.of(new Window(days, from.get(), to.get(), zone.get()));
  }

  /** {@code mon-fri}, {@code sat}, {@code mon,wed,fri}; a range may go past Sunday. */
  private static Set<DayOfWeek> days(String text) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String part : text.split(",", -1)) {
      String[] ends = part.strip().split("-", -1);
      int first = DAYS.indexOf(ends[0]);
      int last = DAYS.indexOf(ends[ends.length - 1]);
      if (first < 0 || last < 0 || ends.length > 2) {
        throw new IllegalArgumentException(
            "is not a set of days; write it as mon-fri, sat or mon,wed,fri");
      }
      for (int day = first; day <= (last < first ? last + DAYS.size() : last); day++) {
        days.add(DayOfWeek.of(day % DAYS.size() + 1));
      }
    }
    return days;
  }
}
