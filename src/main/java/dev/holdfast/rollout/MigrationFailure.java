package dev.holdfast.rollout;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a failed migration's last lines say to somebody who reads one sentence: for Prisma its error
 * code, the migration's name and what to do (the codes are those of Prisma's error reference), for
 * everything else the last line.
 */
public final class MigrationFailure {
  private static final int LONGEST = 200;
  private static final Pattern PRISMA = Pattern.compile("\\b(P1\\d{3}|P3\\d{3})\\b");
  private static final Pattern NAMED =
      Pattern.compile("Migration name: (\\S{1,200})|The `(\\S{1,200})` migration");

  /** What Postgres says to a client that meets another server connection at each transaction. */
  private static final Pattern POOLED =
      Pattern.compile("prepared statement \"\\S{1,60}\" (already exists|does not exist)");

  private static final String DIRECT =
      "migrate by the database's own address, as in `environment: { DATABASE_URL: \"${DIRECT_URL}\""
          + " }` of the migration";
  private static final Map<String, String> PRISMA_ADVICE =
      Map.of(
          "P1000",
          "the database refused the user or the password: check DATABASE_URL",
          "P1001",
          "the database cannot be reached: check the host and port of DATABASE_URL (or DIRECT_URL),"
              + " and that the service waits for the database (depends_on with service_healthy)",
          "P1002",
          "the database was reached and did not answer in time, often because another migration"
              + " holds the lock: see that none runs, then `holdfast retry`. Through a connection"
              + " pooler the lock may stay though nobody holds it: "
              + DIRECT,
          "P1003",
          "the database does not exist: create it",
          "P3005",
          "the database has tables and no migrations' history: baseline it once with `prisma"
              + " migrate resolve --applied NAME`",
          "P3009",
          "an earlier migration failed and blocks all later ones: mend the database, then tell"
              + " Prisma with `prisma migrate resolve --rolled-back NAME` (or --applied NAME)",
          "P3018",
          "the migration failed in the database, and later ones are blocked until `prisma migrate"
              + " resolve --rolled-back NAME` (or --applied NAME) is run");

  private MigrationFailure() {}

  /** A sentence, or an empty text where the lines say nothing. */
  public static String of(List<String> tail) {
    for (String line : tail) {
      Matcher code = PRISMA.matcher(line);
      String advice = code.find() ? PRISMA_ADVICE.get(code.group(1)) : null;
      if (advice != null) {
        String name = migration(tail);
        return "Prisma "
            + code.group(1)
            + (name.isEmpty() ? "" : " (" + name + ")")
            + ": "
            + advice;
      }
    }
    if (tail.stream().anyMatch(line -> POOLED.matcher(line).find())) {
      return "the connection goes through a pooler that changes it between transactions, which no"
          + " migration bears: "
          + DIRECT;
    }
    return tail.reversed().stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .map(line -> line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line)
        .orElse("");
  }

  private static String migration(List<String> tail) {
    for (String line : tail) {
      Matcher name = NAMED.matcher(line);
      if (name.find()) {
        return name.group(1) == null ? name.group(2) : name.group(1);
      }
    }
    return "";
  }
}
