package dev.holdfast.api;

/** Who asks: {@code by} is what the records of a hold or a rollback name. */
record Caller(String by) {
  static final String KEY = "dev.holdfast.caller";
}
