package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rollout.Timetable.Freeze;
import dev.holdfast.rollout.Timetable.Standing;
import dev.holdfast.rollout.Timetable.Window;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The clock on the wall says whether a window is open, whatever the clock does. */
class TimetableTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Set<DayOfWeek> ALL = EnumSet.allOf(DayOfWeek.class);

  /** Zones whose clocks are set by an hour, by half of one, at midnight, and by a whole day. */
  private static final List<ZoneId> ZONES =
      List.of(
          BERLIN,
          ZoneId.of("America/New_York"),
          ZoneId.of("Australia/Lord_Howe"),
          ZoneId.of("America/Asuncion"),
          ZoneId.of("Africa/Casablanca"),
          ZoneId.of("Asia/Kathmandu"),
          ZoneId.of("UTC"));

  private static Window window(Set<DayOfWeek> days, String from, String to) {
    return new Window(days, LocalTime.parse(from), LocalTime.parse(to), BERLIN);
  }

  private static Timetable only(Window... windows) {
    return new Timetable(List.of(windows), List.of());
  }

  private static Instant at(String text) {
    return ZonedDateTime.parse(text + "[Europe/Berlin]").toInstant();
  }

  @Test
  void withoutAnyWindowItIsOpenAtAnyTime() {
    assertThat(Timetable.ALWAYS.at(Instant.EPOCH)).isEqualTo(new Standing.Open());
  }

  @Test
  void aWindowIsOpenFromItsBeginningUntilJustBeforeItsEnd() {
    Timetable office =
        only(window(EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY), "09:00", "16:00"));

    assertThat(office.isOpen(at("2026-11-20T08:59:59+01:00"))).isFalse();
    assertThat(office.isOpen(at("2026-11-20T09:00:00+01:00"))).isTrue();
    assertThat(office.isOpen(at("2026-11-20T15:59:59+01:00"))).isTrue();
    assertThat(office.isOpen(at("2026-11-20T16:00:00+01:00"))).isFalse();
    assertThat(office.at(at("2026-11-20T16:00:00+01:00")))
        .isEqualTo(
            new Standing.Closed(
                "it opens Mon 2026-11-23 09:00 Europe/Berlin (2026-11-23T08:00:00Z)",
                Instant.parse("2026-11-23T08:00:00Z")));
  }

  @Test
  void aWindowOverMidnightBelongsToTheDayOnWhichItOpens() {
    Timetable night = only(window(Set.of(DayOfWeek.FRIDAY), "22:00", "02:00"));

    assertThat(night.isOpen(at("2026-11-20T23:00:00+01:00"))).as("Friday").isTrue();
    assertThat(night.isOpen(at("2026-11-21T01:59:00+01:00"))).as("Saturday").isTrue();
    assertThat(night.isOpen(at("2026-11-20T01:00:00+01:00"))).as("Friday morning").isFalse();
    assertThat(night.isOpen(at("2026-11-21T22:30:00+01:00"))).as("Saturday night").isFalse();
  }

  @Test
  void aWindowThatLiesInTheHourThatIsLeftOutDoesNotOpenThatDay() {
    Timetable night = only(window(ALL, "02:00", "03:00"));

    Instant before = at("2027-03-28T01:59:00+01:00");
    assertThat(night.isOpen(before.plusSeconds(60))).isFalse();
    assertThat(night.nextOpening(before)).hasValue(at("2027-03-29T02:00:00+02:00"));
  }

  @Test
  void aWindowThatBeginsInTheHourThatIsLeftOutOpensWhenThatIsOver() {
    Timetable night = only(window(ALL, "02:30", "05:00"));

    Instant gap = at("2027-03-28T03:00:00+02:00");
    assertThat(night.isOpen(gap.minusSeconds(1))).isFalse();
    assertThat(night.nextOpening(gap.minusSeconds(600))).hasValue(gap);
  }

  @Test
  void aWindowInTheHourThatComesTwiceIsOpenBothTimes() {
    Timetable night = only(window(ALL, "02:00", "02:30"));

    assertThat(night.isOpen(at("2026-10-25T02:10:00+02:00"))).isTrue();
    assertThat(night.isOpen(at("2026-10-25T02:40:00+02:00"))).isFalse();
    assertThat(night.isOpen(at("2026-10-25T02:10:00+01:00"))).isTrue();
    assertThat(night.nextOpening(at("2026-10-25T02:40:00+02:00")))
        .hasValue(at("2026-10-25T02:00:00+01:00"));
  }

  @Test
  void aFreezeClosesWindowsAndSaysWhy() {
    Freeze christmas =
        new Freeze(
            at("2026-12-20T00:00:00+01:00"), at("2027-01-03T00:00:00+01:00"), BERLIN, "Christmas");
    Timetable table = new Timetable(List.of(window(ALL, "09:00", "16:00")), List.of(christmas));

    assertThat(table.isOpen(at("2026-12-19T15:00:00+01:00"))).isTrue();
    assertThat(table.at(at("2026-12-20T10:00:00+01:00")))
        .isEqualTo(
            new Standing.Closed(
                "there is a freeze (Christmas); it opens Sun 2027-01-03 09:00 Europe/Berlin"
                    + " (2027-01-03T08:00:00Z)",
                at("2027-01-03T09:00:00+01:00")));
    assertThat(new Timetable(List.of(), List.of(christmas)).at(at("2026-12-24T10:00:00+01:00")))
        .isEqualTo(
            new Standing.Closed(
                "there is a freeze (Christmas); it opens Sun 2027-01-03 00:00 Europe/Berlin"
                    + " (2027-01-02T23:00:00Z)",
                christmas.to()));
  }

  @Test
  void aFreezeHoldsFromItsFirstMomentUntilJustBeforeItsEnd() {
    Freeze freeze =
        new Freeze(at("2026-12-20T00:00:00+01:00"), at("2026-12-21T00:00:00+01:00"), BERLIN, "x");
    Timetable table = new Timetable(List.of(), List.of(freeze));
    assertThat(table.isOpen(freeze.from().minusNanos(1))).isTrue();
    assertThat(table.isOpen(freeze.from())).isFalse();
    assertThat(table.isOpen(freeze.to().minusNanos(1))).isFalse();
    assertThat(table.isOpen(freeze.to())).isTrue();
  }

  @Test
  void whatNeverOpensSaysSo() {
    Freeze ages =
        new Freeze(Instant.EPOCH, Instant.parse("2999-01-01T00:00:00Z"), BERLIN, "for good");

    assertThat(new Timetable(List.of(), List.of(ages)).at(at("2026-12-24T10:00:00+01:00")))
        .isInstanceOfSatisfying(
            Standing.Closed.class,
            closed -> {
              assertThat(closed.opens()).isNull();
              assertThat(closed.why()).contains("for good").contains("next two years");
            });
  }

  /**
   * Against a minute-by-minute walk that knows of nothing but the clock on the wall, around every
   * change of the clocks of two years.
   */
  @Test
  void theNextOpeningIsTheFirstMinuteAtWhichItIsOpen() {
    Random random = new Random(7);
    int closed = 0;
    for (int i = 0; i < 4_000; i++) {
      Timetable table = drawn(random);
      Instant now = moment(random, table);
      if (open(table, now)) {
        assertThat(table.isOpen(now)).as("%s at %s", table, now).isTrue();
        assertThat(table.at(now)).isEqualTo(new Standing.Open());
        continue;
      }
      closed++;
      assertThat(table.isOpen(now)).as("%s at %s", table, now).isFalse();
      Instant walked = walk(table, now);
      Instant found = table.nextOpening(now).orElseThrow();
      if (walked != null) {
        assertThat(found).as("%s at %s", table, now).isEqualTo(walked);
      } else {
        assertThat(found).as("%s at %s", table, now).isAfter(now.plus(WALK));
      }
    }
    assertThat(closed).isGreaterThan(1_000);
  }

  private static final Duration WALK = Duration.ofDays(4);

  private static Instant walk(Timetable table, Instant now) {
    for (Instant at = now; at.isBefore(now.plus(WALK)); at = at.plusSeconds(60)) {
      if (open(table, at)) {
        return at;
      }
    }
    return null;
  }

  /** In minutes of a week, by hand. */
  private static boolean open(Timetable table, Instant at) {
    boolean frozen =
        table.freezes().stream()
            .anyMatch(f -> at.compareTo(f.from()) >= 0 && at.compareTo(f.to()) < 0);
    return !frozen
        && (table.windows().isEmpty() || table.windows().stream().anyMatch(w -> in(w, at)));
  }

  private static boolean in(Window window, Instant at) {
    ZonedDateTime wall = at.atZone(window.zone());
    int minute = wall.getHour() * 60 + wall.getMinute();
    int from = window.from().toSecondOfDay() / 60;
    int to = window.to().toSecondOfDay() / 60;
    int length = to > from ? to - from : to + 1440 - from;
    for (int ago = 0; ago <= 1; ago++) {
      DayOfWeek opened = wall.getDayOfWeek().minus(ago);
      int since = minute + ago * 1440 - from;
      if (window.days().contains(opened) && since >= 0 && since < length) {
        return true;
      }
    }
    return false;
  }

  private static Timetable drawn(Random random) {
    List<Window> windows = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
      days.add(DayOfWeek.of(1 + random.nextInt(7)));
      for (DayOfWeek day : DayOfWeek.values()) {
        if (random.nextInt(3) > 0) {
          days.add(day);
        }
      }
      windows.add(new Window(days, time(random), time(random), zone(random)));
    }
    List<Freeze> freezes = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      Instant from =
          Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60L * random.nextInt(1_000_000));
      freezes.add(
          new Freeze(from, from.plusSeconds(60L * (1 + random.nextInt(5_000))), BERLIN, "x"));
    }
    return new Timetable(windows, freezes);
  }

  private static ZoneId zone(Random random) {
    return ZONES.get(random.nextInt(ZONES.size()));
  }

  /** The small hours, in which clocks are set, more often than others. */
  private static LocalTime time(Random random) {
    int hour = random.nextBoolean() ? random.nextInt(4) : random.nextInt(24);
    return LocalTime.of(hour, random.nextInt(4) * 15);
  }

  /** A whole minute within a day and a half of a change of a clock. */
  private static Instant moment(Random random, Timetable table) {
    Instant base = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(63_000_000));
    var change = table.windows().getFirst().zone().getRules().nextTransition(base);
    Instant around = change == null ? base : change.getInstant();
    return Instant.ofEpochSecond(
        (around.getEpochSecond() / 60 + random.nextInt(4_320) - 2_160) * 60);
  }
}
