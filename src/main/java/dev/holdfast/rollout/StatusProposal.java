package dev.holdfast.rollout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command by which a well-known tool says what a migration of it would apply. It is proposed to
 * people and never run by guess: what a command does only those know who wrote it.
 */
public final class StatusProposal {
  /** What ends the command that migrates, and what asks in its stead. */
  private static final Map<List<String>, List<String>> TOOLS =
      Map.of(
          List.of("prisma", "migrate", "deploy"), List.of("prisma", "migrate", "status"),
          List.of("manage.py", "migrate"), List.of("manage.py", "showmigrations", "--plan"),
          List.of("rails", "db:migrate"), List.of("rails", "db:migrate:status"),
          List.of("rake", "db:migrate"), List.of("rake", "db:migrate:status"),
          List.of("artisan", "migrate"), List.of("artisan", "migrate:status"),
          List.of("flyway", "migrate"), List.of("flyway", "info"),
          List.of("knex", "migrate:latest"), List.of("knex", "migrate:status"),
          List.of("sequelize-cli", "db:migrate"), List.of("sequelize-cli", "db:migrate:status"));

  private StatusProposal() {}

  /** Empty where the command is none that is known. */
  public static Optional<List<String>> of(List<String> command) {
    List<String> plain = command.stream().map(StatusProposal::program).toList();
    for (Map.Entry<List<String>, List<String>> tool : TOOLS.entrySet()) {
      int at = Collections.indexOfSubList(plain, tool.getKey());
      if (at >= 0) {
        return Optional.of(replaced(command, at, tool.getKey().size(), tool.getValue()));
      }
    }
    return Optional.empty();
  }

  /** {@code ./bin/rails} is {@code rails}. */
  private static String program(String word) {
    return word.substring(word.lastIndexOf('/') + 1);
  }

  /** The program as it was written; what was told to the command that migrates may not fit. */
  private static List<String> replaced(
      List<String> command, int at, int length, List<String> question) {
    List<String> proposed = new ArrayList<>(command.subList(0, at + 1));
    proposed.addAll(question.subList(1, question.size()));
    boolean prisma = question.getFirst().equals("prisma");
    if (prisma) {
      // Its options say where the schema lies, and mean the same to both.
      proposed.addAll(command.subList(at + length, command.size()));
    }
    return proposed;
  }
}
