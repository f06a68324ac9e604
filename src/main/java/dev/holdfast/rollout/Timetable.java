package dev.holdfast.rollout;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When releases may be rolled out: in any of the windows (at any time where there is none), and in
 * no freeze. The clock on the wall of a window's zone says whether it is open, also on the days on
 * which that clock is set:
 *
 * <ul>
 *   <li>An hour that is left out is in no window. One that lies in it altogether does not open on
 *       that day; one that begins in it opens when the hour is over.
 *   <li>An hour that comes twice is in a window both times.
 * </ul>
 */
public record Timetable(List<Window> windows, List<Freeze> freezes) {
  public static final Timetable ALWAYS = new Timetable(List.of(), List.of());
  private static final Duration HORIZON = Duration.ofDays(800);
  private static final int LONGEST_WEEK = 9;
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm", Locale.ROOT);

  public Timetable {
    windows = List.copyOf(windows);
    freezes = List.copyOf(freezes);
  }

  /** Past midnight where {@code to} is not after {@code from}; its days are those it opens on. */
  public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    public Window {
      days = Set.copyOf(days);
    }

    boolean holds(Instant at) {
      LocalDateTime wall = LocalDateTime.ofInstant(at, zone);
      LocalTime time = wall.toLocalTime();
      DayOfWeek day = wall.getDayOfWeek();
      if (from.isBefore(to)) {
        return days.contains(day) && !time.isBefore(from) && time.isBefore(to);
      }
      return (days.contains(day) && !time.isBefore(from))
          || (days.contains(day.minus(1)) && time.isBefore(to));
    }

    /** Each moment in the days from {@code at} on at which it may open. */
    Stream<Instant> turns(Instant at) {
      ZoneRules rules = zone.getRules();
      LocalDate first = LocalDateTime.ofInstant(at, zone).toLocalDate().minusDays(1);
      return Stream.iterate(first, day -> day.plusDays(1))
          .limit(LONGEST_WEEK)
          .flatMap(day -> Stream.of(day.atTime(from), day.atStartOfDay()))
          .flatMap(wall -> moments(rules, wall));
    }

    /** The clock may show it never, once or twice; and when it is set a window may open as well. */
    private static Stream<Instant> moments(ZoneRules rules, LocalDateTime wall) {
      ZoneOffsetTransition set = rules.getTransition(wall);
      ZoneOffsetTransition next = rules.nextTransition(wall.toInstant(ZoneOffset.UTC));
      return Stream.concat(
          rules.getValidOffsets(wall).stream().map(wall::toInstant),
          Stream.of(Optional.ofNullable(set), Optional.ofNullable(next))
              .flatMap(Optional::stream)
              .map(ZoneOffsetTransition::getInstant));
    }
  }

  /** Nothing is rolled out from {@code from} until just before {@code to}. */
  public record Freeze(Instant from, Instant to, ZoneId zone, String reason) {
    boolean holds(Instant at) {
      return !at.isBefore(from) && at.isBefore(to);
    }
  }

  /** How it stands at a moment. */
  public sealed interface Standing {
    record Open() implements Standing {}

    /**
     * @param why in words, with when it opens next
     * @param opens null: not within two years
     */
    record Closed(String why, @Nullable Instant opens) implements Standing {}
  }

  public boolean isEmpty() {
    return windows.isEmpty() && freezes.isEmpty();
  }

  boolean isOpen(Instant at) {
    return isInWindow(at) && freeze(at).isEmpty();
  }

  private boolean isInWindow(Instant at) {
    return windows.isEmpty() || windows.stream().anyMatch(window -> window.holds(at));
  }

  private Optional<Freeze> freeze(Instant at) {
    return freezes.stream().filter(freeze -> freeze.holds(at)).findFirst();
  }

  public Standing at(Instant now) {
    if (isOpen(now)) {
      return new Standing.Open();
    }
    Instant opens = nextOpening(now).orElse(null);
    String when =
        opens == null
            ? "it does not open within the next two years: see `window` and `freeze` in agent.yaml"
            : "it opens " + moment(opens, zoneOf(opens, now));
    String why =
        freeze(now).map(freeze -> "there is a freeze (" + freeze.reason() + "); ").orElse("");
    return new Standing.Closed(why + when, opens);
  }

  /** The first moment after {@code now}, which is closed, at which it is open. */
  Optional<Instant> nextOpening(Instant now) {
    Instant end = now.plus(HORIZON);
    Instant at = now;
    while (at.isBefore(end)) {
      Optional<Freeze> frozen = freeze(at);
      if (frozen.isPresent()) {
        at = frozen.get().to();
      } else if (isInWindow(at)) {
        return Optional.of(at);
      } else {
        Optional<Instant> next = nextWindow(at);
        at = next.orElse(at.plus(LONGEST_WEEK - 2, ChronoUnit.DAYS));
      }
    }
    return Optional.empty();
  }

  private Optional<Instant> nextWindow(Instant at) {
    return windows.stream()
        .flatMap(window -> window.turns(at).filter(window::holds))
        .filter(moment -> moment.isAfter(at))
        .min(Instant::compareTo);
  }

  /** People read it in the zone of the window that opens, else of the freeze that ends. */
  private ZoneId zoneOf(Instant opens, Instant now) {
    return windows.stream()
        .filter(window -> window.holds(opens))
        .map(Window::zone)
        .findFirst()
        .or(() -> freeze(now).map(Freeze::zone))
        .orElse(ZoneOffset.UTC);
  }

  /** {@code Mon 2026-11-23 09:00 Europe/Berlin (2026-11-23T08:00:00Z)}. */
  private static String moment(Instant at, ZoneId zone) {
    return MOMENT.format(ZonedDateTime.ofInstant(at, zone)) + " " + zone + " (" + at + ")";
  }
}
