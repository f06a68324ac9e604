package dev.holdfast.docker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where things are in the engine's API. What is put in is encoded: no name adds a part to the path
 * or to the question.
 */
final class Paths {
  private Paths() {}

  /** By its id or name. */
  static String container(String id) {
    return "/containers/" + encode(id);
  }

  /** By its id or a reference. */
  static String image(String reference) {
    return "/images/" + encode(reference);
  }

  /** By its id or name. */
  static String network(String name) {
    return "/networks/" + encode(name);
  }

  static String volume(String name) {
    return "/volumes/" + encode(name);
  }

  static String exec(String id) {
    return "/exec/" + encode(id);
  }

  /** A question's end that says which are meant: {@code {"label":["a=b"]}}. */
  static String filters(String key, String value) {
    ObjectNode filters = JsonNodeFactory.instance.objectNode();
    filters.putArray(key).add(value);
    return "filters=" + encode(filters.toString());
  }

  /** For a part of a path as for a query: a space is never a plus. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
