package dev.holdfast.compose;

import dev.holdfast.model.DesiredState;
import java.util.List;

/** A desired state, or all that is wrong; with warnings in both cases. */
public sealed interface LoadResult {
  List<Problem> warnings();

  record Loaded(DesiredState state, List<Problem> warnings) implements LoadResult {
    public Loaded {
      warnings = List.copyOf(warnings);
    }
  }

  record Refused(List<Problem> problems, List<Problem> warnings) implements LoadResult {
    public Refused {
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
    }
  }
}
