package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusProposalTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "npx prisma migrate deploy | npx prisma migrate status",
        "npx prisma migrate deploy --schema db/s.prisma | npx prisma migrate status --schema db/s.prisma",
        "./node_modules/.bin/prisma migrate deploy | ./node_modules/.bin/prisma migrate status",
        "python manage.py migrate --noinput | python manage.py showmigrations --plan",
        "bin/rails db:migrate | bin/rails db:migrate:status",
        "bundle exec rake db:migrate | bundle exec rake db:migrate:status",
        "php artisan migrate --force | php artisan migrate:status",
        "flyway migrate | flyway info",
        "npx knex migrate:latest | npx knex migrate:status",
      })
  void ofAWellKnownToolItsQuestionIsKnown(String command, String proposed) {
    assertThat(StatusProposal.of(List.of(command.split(" "))).orElseThrow())
        .containsExactly(proposed.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node migrate.js",
        "npx prisma db push",
        "prisma migrate",
        "rails db:seed",
        "sh -c x"
      })
  void ofWhatIsNotKnownNothingIsProposed(String command) {
    assertThat(StatusProposal.of(List.of(command.split(" ")))).isEmpty();
  }

  @Test
  void aShellsScriptIsNotTakenApart() {
    assertThat(StatusProposal.of(List.of("sh", "-c", "npx prisma migrate deploy && seed")))
        .isEmpty();
  }
}
