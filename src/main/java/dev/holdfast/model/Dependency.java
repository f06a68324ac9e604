package dev.holdfast.model;

/**
 * One entry of {@code depends_on}. {@code restart}: restart the dependent when the dependency was
 * recreated.
 */
public record Dependency(Condition condition, boolean required, boolean restart) {
  public static final Dependency STARTED = new Dependency(Condition.STARTED, true, false);

  public enum Condition {
    STARTED("service_started"),
    HEALTHY("service_healthy"),
    COMPLETED("service_completed_successfully");

    private final String text;

    Condition(String text) {
      this.text = text;
    }

    /** As the Compose Specification spells it. */
    public String text() {
      return text;
    }
  }
}
