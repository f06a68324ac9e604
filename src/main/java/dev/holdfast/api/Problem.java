package dev.holdfast.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response.Status;

/**
 * An error as RFC 9457 has it: {@code type} is about:blank, so {@code title} is the status's own
 * phrase and {@code detail} says what was wrong and what to do.
 */
record Problem(int status, String detail) {
  static final MediaType TYPE = new MediaType("application", "problem+json");

  String json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "about:blank")
        .put("title", title())
        .put("status", status)
        .put("detail", detail)
        .toString();
  }

  String title() {
    Status known = Status.fromStatusCode(status);
    return known == null ? "Error " + status : known.getReasonPhrase();
  }
}
