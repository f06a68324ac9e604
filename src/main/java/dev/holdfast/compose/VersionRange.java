package dev.holdfast.compose;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;
import org.semver4j.range.RangeList;
import org.semver4j.range.RangeListFactory;

/**
 * Ranges of semantic versions in npm's notation. A pre-release counts only where the range names
 * one of the same major.minor.patch, as in npm. Tags may start with a {@code v}; of two tags for
 * one version the one without it wins, then the first in the alphabet, so that every server chooses
 * the same.
 */
public final class VersionRange {
  private static final Pattern VERSION =
      Pattern.compile("v?[0-9]{1,15}\\.[0-9]{1,15}\\.[0-9]{1,15}(?:-[0-9A-Za-z.-]{1,100})?");
  private static final String PARTIAL =
      "v?(?:[0-9]{1,15}|[xX*])(?:\\.(?:[0-9]{1,15}|[xX*])){0,2}(?:-[0-9A-Za-z.-]{1,100})?";
  private static final String SIMPLE = "(?:\\^|~>?|[<>]=?|=)?\\s*" + PARTIAL;
  private static final String SET =
      "(?:" + PARTIAL + "\\s+-\\s+" + PARTIAL + "|" + SIMPLE + "(?:\\s+" + SIMPLE + "){0,9})";
  private static final Pattern RANGE = Pattern.compile(SET + "(?:\\s*\\|\\|\\s*" + SET + "){0,9}");
  private static final int LONGEST = 200;

  private VersionRange() {}

  public static boolean isValid(String range) {
    return compile(range) != null;
  }

  /** The highest of the tags that lies in the range; empty where none does. */
  public static Optional<String> highest(Collection<String> tags, String range) {
    RangeList ranges = compile(range);
    if (ranges == null) {
      return Optional.empty();
    }
    return tags.stream()
        .flatMap(VersionRange::candidate)
        .filter(candidate -> candidate.version().satisfies(ranges))
        .max(
            Comparator.comparing(Candidate::version)
                .thenComparing(candidate -> !candidate.tag().startsWith("v"))
                .thenComparing(Comparator.comparing(Candidate::tag).reversed()))
        .map(Candidate::tag);
  }

  private record Candidate(String tag, Semver version) {}

  private static Stream<Candidate> candidate(String tag) {
    if (!VERSION.matcher(tag).matches()) {
      return Stream.empty();
    }
    Semver version = Semver.parse(tag.startsWith("v") ? tag.substring(1) : tag);
    return version == null ? Stream.empty() : Stream.of(new Candidate(tag, version));
  }

  /**
   * The grammar is checked here because the library takes what it does not understand for a range
   * that nothing lies in.
   */
  private static @Nullable RangeList compile(String range) {
    String text = range.strip();
    if (text.length() > LONGEST || !RANGE.matcher(text).matches()) {
      return null;
    }
    try {
      return RangeListFactory.create(text.replaceAll("(?<![0-9A-Za-z.-])v(?=[0-9])", ""));
    } catch (RuntimeException e) {
      // The library has no type of its own for what it cannot read.
      return null;
    }
  }
}
