package dev.holdfast.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.RecordBuilder;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Since when a deployment changed what people have before them. */
class ChangeTest {
  private static StepRecord step(String name, int second) {
    return new StepRecord(
        name, "api", RecordBuilder.AT.plusSeconds(second), null, StepStatus.SUCCEEDED, null);
  }

  private static Change change(RecordBuilder record) {
    return Objects.requireNonNull(Change.of(record.build()));
  }

  @Test
  void itBeginsWithTheFirstMigrationOrTheFirstUpdate() {
    RecordBuilder record = RecordBuilder.to("aaaaaaaaaaaa").status(Status.SUCCEEDED).began();
    record.steps(step("pull", 1), step("migrate", 5), step("update", 9));
    assertThat(change(record).served()).isEqualTo(RecordBuilder.AT.plusSeconds(5));
    record.steps(step("pull", 1), step("update", 9));
    assertThat(change(record).served()).isEqualTo(RecordBuilder.AT.plusSeconds(9));
  }

  @Test
  void whereNoStepSaysSoItBeganWithTheDeployment() {
    RecordBuilder record = RecordBuilder.to("aaaaaaaaaaaa").status(Status.ROLLED_BACK).back();
    assertThat(change(record.steps(step("pull", 1))).served()).isEqualTo(RecordBuilder.AT);
  }

  @Test
  void whatTouchedNothingServedNobody() {
    RecordBuilder record = RecordBuilder.to("aaaaaaaaaaaa").status(Status.FAILED);
    assertThat(change(record.steps(step("pull", 1), step("backup", 2))).served()).isNull();
    assertThat(Change.of(RecordBuilder.to("aaaaaaaaaaaa").build())).as("it goes on").isNull();
  }
}
