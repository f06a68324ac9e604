package dev.holdfast.config;

import dev.holdfast.config.AppConfig.Freeze;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Optional;

/**
 * One entry of {@code freeze:}. A date is the whole day, the last one too; a date with a time is
 * that minute. Where the clock shows a time twice, or not at all, the freeze is the longer one.
 */
final class FreezeReader {
  private FreezeReader() {}

  /** What {@code from} and {@code to} say, before the zone is known. */
  private record Point(LocalDateTime at, boolean wholeDay) {
    Instant begin(ZoneId zone) {
      return ZonedDateTime.of(at, zone).withEarlierOffsetAtOverlap().toInstant();
    }

    Instant end(ZoneId zone) {
      LocalDateTime last = wholeDay ? at.plusDays(1) : at;
      return ZonedDateTime.of(last, zone).withLaterOffsetAtOverlap().toInstant();
    }
  }

  static Optional<Freeze> read(Section entry) {
    Optional<Point> from = entry.parse("from", FreezeReader::point);
    Optional<Point> to = entry.parse("to", FreezeReader::point);
    Optional<ZoneId> zone = entry.parse("zone", Values::zone);
    String reason = entry.text("reason").orElse("no reason is given");
    entry.require("from", "give the day on which it begins, as 2026-12-20");
    entry.require("to", "give its last day, as 2027-01-02");
    entry.require("zone", "give the time zone, as Europe/Berlin");
    entry.done();
    if (from.isEmpty() || to.isEmpty() || zone.isEmpty()) {
      return Optional.empty();
    }
    Instant begin = from.get().begin(zone.get());
    Instant end = to.get().end(zone.get());
    if (!begin.isBefore(end)) {
      entry.problem("ends before it begins; exchange from and to");
      return Optional.empty();
    }
    return Optional.of(new Freeze(begin, end, zone.get(), reason));
  }

  private static Point point(String text) {
    try {
      return text.length() <= "2026-12-20".length()
          ? new Point(LocalDate.parse(text).atStartOfDay(), true)
          : new Point(LocalDateTime.parse(text.toUpperCase(Locale.ROOT).replace(' ', 'T')), false);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "is no date; write it as 2026-12-20, or with a time as 2026-12-20T18:00");
    }
  }
}
