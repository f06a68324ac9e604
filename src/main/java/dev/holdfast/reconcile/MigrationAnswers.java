package dev.holdfast.reconcile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tools say that the migrations of a release would apply.
 *
 * @param said which release it is, and how it stands
 */
public record MigrationAnswers(String app, String release, String said, List<Answer> migrations) {
  public MigrationAnswers {
    migrations = List.copyOf(migrations);
  }

  /**
   * @param status what was asked; null: the release declares nothing that could be
   * @param exitStatus of that; tools end with 1 where something is to be applied
   * @param reason why it was not asked, or has no exit status; null where it has one
   * @param output its newest lines, oldest first
   * @param cut whether lines are missing before them
   * @param proposal where nothing is declared: what the tool could be asked by
   */
  public record Answer(
      String service,
      List<String> command,
      @Nullable List<String> status,
      @Nullable Integer exitStatus,
      @Nullable String reason,
      List<String> output,
      boolean cut,
      @Nullable List<String> proposal) {
    public Answer {
      command = List.copyOf(command);
      status = status == null ? null : List.copyOf(status);
      output = List.copyOf(output);
      proposal = proposal == null ? null : List.copyOf(proposal);
    }
  }
}
