package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.RecordBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which files a deployment's output is found in. */
class LogStreamsTest {
  private static StepRecord step(String name, @Nullable String service) {
    return new StepRecord(
        name, service, RecordBuilder.AT, RecordBuilder.AT, StepStatus.SUCCEEDED, null);
  }

  private static RecordBuilder steps(StepRecord... steps) {
    return RecordBuilder.to("0a1b2c3d4e5f").steps(steps);
  }

  @Test
  void theSecondMigrationOfAServiceBearsANumberAndOneOfAnotherDoesNot() {
    assertThat(
            LogStreams.files(
                steps(
                        step("validate", null),
                        step("migrate", "api"),
                        step("migrate", "stock"),
                        step("migrate-exec", "api"),
                        step("smoke", null),
                        step("smoke", null),
                        step("after", "api"))
                    .build()))
        .containsExactly(
            "migrate-api.log",
            "migrate-stock.log",
            "migrate-api-1.log",
            "smoke-0.log",
            "smoke-1.log",
            "after-0.log");
  }

  @Test
  void withoutAnUndoThereIsNoOutputOfOne() {
    assertThat(LogStreams.files(steps(step("rollback", "api")).build())).isEmpty();
  }
}
