package dev.holdfast.api;

import io.vertx.ext.web.RoutingContext;

/** Who asks: {@code by} is what the records of a hold or a rollback name. */
public record Caller(String by) {
  static final String KEY = "dev.holdfast.caller";

  public static String of(RoutingContext context) {
    Caller caller = context.get(KEY);
    return caller.by();
  }
}
