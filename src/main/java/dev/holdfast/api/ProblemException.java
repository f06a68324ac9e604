package dev.holdfast.api;

/** A request that ends with a problem. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient Problem problem;

  public ProblemException(int status, String detail) {
    super(detail);
    this.problem = new Problem(status, detail);
  }

  Problem problem() {
    return problem;
  }
}
