package dev.holdfast.plan;

/** The steps of a deployment as contract and records name them. */
public enum Stage {
  VALIDATE("validate"),
  APPROVE("approve"),
  WINDOW("window"),
  PULL("pull"),
  BACKUP("backup"),
  MIGRATE("migrate"),
  UPDATE("update"),
  PROBE("probe"),
  MIGRATE_EXEC("migrate-exec"),
  SMOKE("smoke"),
  WATCH("watch"),
  AFTER("after"),
  CONFIRM("confirm"),
  ROLLBACK("rollback"),
  DRIFT("drift"),
  CLEAN("clean");

  private final String text;

  Stage(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
