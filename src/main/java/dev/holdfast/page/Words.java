package dev.holdfast.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as people read them. */
final class Words {
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int SHORT_COMMIT = 12;

  private Words() {}

  static String moment(Instant at) {
    return MOMENT.format(at) + " UTC";
  }

  static String age(Instant at, Instant now) {
    Duration age = Duration.between(at, now);
    return age.toSeconds() < 5 ? "just now" : about(age) + " ago";
  }

  /** The two largest units at most. */
  private static String about(Duration age) {
    if (age.toDays() >= 2) {
      return age.toDays() + " days";
    }
    if (age.toHours() >= 2) {
      return age.toHours() + " h";
    }
    return age.toMinutes() >= 2 ? age.toMinutes() + " min" : age.toSeconds() + " s";
  }

  static String took(Instant from, @Nullable Instant to) {
    if (to == null) {
      return "";
    }
    Duration took = Duration.between(from, to);
    if (took.toMinutes() >= 60) {
      return took.toHours() + " h " + took.toMinutesPart() + " min";
    }
    if (took.toSeconds() >= 60) {
      return took.toMinutes() + " min " + took.toSecondsPart() + " s";
    }
    return took.toMillis() < 10_000
        ? String.format(Locale.ROOT, "%.1f s", Math.max(0, took.toMillis()) / 1000.0)
        : took.toSeconds() + " s";
  }

  static String gap(long milliseconds) {
    return milliseconds < 1000
        ? milliseconds + " ms"
        : String.format(Locale.ROOT, "%.1f s", milliseconds / 1000.0);
  }

  static String bytes(long bytes) {
    double mebibytes = bytes / (double) (1 << 20);
    if (mebibytes >= 1024) {
      return String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
    }
    return mebibytes >= 10
        ? String.format(Locale.ROOT, "%.0f MiB", mebibytes)
        : String.format(Locale.ROOT, "%.1f MiB", mebibytes);
  }

  /** Of one core. */
  static String processor(@Nullable Double share) {
    return share == null ? "" : String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  static String commit(@Nullable String commit) {
    return commit == null ? "" : commit.substring(0, Math.min(SHORT_COMMIT, commit.length()));
  }

  static String count(int number, String one) {
    return number + " " + (number == 1 ? one : one + "s");
  }
}
