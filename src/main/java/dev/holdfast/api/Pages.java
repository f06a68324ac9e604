package dev.holdfast.api;

/** What a browser shows instead of problem details. */
public interface Pages {
  /**
   * @param path what was asked for
   */
  String problem(int status, String title, String detail, String path);
}
