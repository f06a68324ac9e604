package dev.holdfast.config;

import java.util.List;

/** What came of reading agent.yaml: the whole configuration, or all that is wrong with it. */
public sealed interface ReadConfig {
  record Valid(AgentConfig config) implements ReadConfig {}

  /** In the order of the file; never empty. */
  record Invalid(List<ConfigProblem> problems) implements ReadConfig {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
