package dev.holdfast.page;

import java.time.Instant;

/**
 * An attribute of an element. There is one method for each that is used, so that none can be named
 * by a text; a link leads to where a {@link Link} leads.
 */
final class Attribute implements Part {
  private final String name;
  private final String value;

  private Attribute(String name, String value) {
    this.name = name;
    this.value = value;
  }

  static Attribute css(String names) {
    return new Attribute("class", names);
  }

  static Attribute id(String id) {
    return new Attribute("id", id);
  }

  static Attribute href(Link link) {
    return new Attribute("href", link.text());
  }

  static Attribute action(Link link) {
    return new Attribute("action", link.text());
  }

  /** A form that changes something. */
  static Attribute post() {
    return new Attribute("method", "post");
  }

  static Attribute datetime(Instant at) {
    return new Attribute("datetime", at.toString());
  }

  static Attribute title(String text) {
    return new Attribute("title", Shown.line(text));
  }

  static Attribute label(String text) {
    return new Attribute("aria-label", Shown.line(text));
  }

  static Attribute decorative() {
    return new Attribute("aria-hidden", "true");
  }

  static Attribute current() {
    return new Attribute("aria-current", "page");
  }

  static Attribute scope(String scope) {
    return new Attribute("scope", scope);
  }

  /** What the table shows of this cell where there is no room for columns. */
  static Attribute column(String name) {
    return new Attribute("data-column", name);
  }

  static Attribute tabindex() {
    return new Attribute("tabindex", "0");
  }

  static Attribute region() {
    return new Attribute("role", "region");
  }

  static Attribute status() {
    return new Attribute("role", "status");
  }

  static Attribute alert() {
    return new Attribute("role", "alert");
  }

  static Attribute name(String name) {
    return new Attribute("name", name);
  }

  static Attribute value(String value) {
    return new Attribute("value", value);
  }

  static Attribute max(String value) {
    return new Attribute("max", value);
  }

  static Attribute type(String type) {
    return new Attribute("type", type);
  }

  static Attribute autocomplete(String kind) {
    return new Attribute("autocomplete", kind);
  }

  static Attribute maxlength(int length) {
    return new Attribute("maxlength", Integer.toString(length));
  }

  static Attribute forId(String id) {
    return new Attribute("for", id);
  }

  static Attribute required() {
    return new Attribute("required", "");
  }

  static Attribute checked() {
    return new Attribute("checked", "");
  }

  static Attribute autofocus() {
    return new Attribute("autofocus", "");
  }

  static Attribute open() {
    return new Attribute("open", "");
  }

  /** The script takes this part anew when something has changed. */
  static Attribute live() {
    return new Attribute("data-live", "");
  }

  /** Something runs: the script looks again even where it hears of nothing. */
  static Attribute busy() {
    return new Attribute("data-busy", "");
  }

  /** Shows figures that change without a word. */
  static Attribute figures() {
    return new Attribute("data-figures", "");
  }

  void to(StringBuilder out) {
    out.append(' ').append(name).append("=\"");
    Escape.to(value, out);
    out.append('"');
  }
}
