package dev.holdfast.page;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Markup. It is made of elements and of text, and text cannot become part of it but escaped: there
 * is no way from a {@code String} to markup.
 */
sealed interface Html extends Part {
  void to(StringBuilder out);

  static Html none() {
    return new Several(List.of());
  }

  /** Of one line: what would break it, hide in it or turn it round is shown as a sign. */
  static Html text(@Nullable Object text) {
    return new Line(Shown.line(Objects.toString(text, "")));
  }

  /** Of several lines. */
  static Html lines(String text) {
    return new Line(Shown.lines(text));
  }

  static Html element(Tag tag, Part... parts) {
    return new Element(tag, List.of(parts));
  }

  static Html all(List<? extends Html> parts) {
    return new Several(List.copyOf(parts));
  }

  static Html all(Html... parts) {
    return new Several(List.of(parts));
  }

  static Html when(boolean condition, Supplier<Html> html) {
    return condition ? html.get() : none();
  }

  default String markup() {
    StringBuilder out = new StringBuilder(8 << 10);
    to(out);
    return out.toString();
  }

  /** Has gone through {@link Shown}. */
  record Line(String shown) implements Html {
    @Override
    public void to(StringBuilder out) {
      Escape.to(shown, out);
    }
  }

  /** One after the other. */
  record Several(List<Html> parts) implements Html {
    @Override
    public void to(StringBuilder out) {
      parts.forEach(part -> part.to(out));
    }
  }

  /** An element with its attributes and its content. */
  record Element(Tag tag, List<Part> parts) implements Html {
    @Override
    public void to(StringBuilder out) {
      out.append('<').append(tag.text());
      for (Part part : parts) {
        if (part instanceof Attribute attribute) {
          attribute.to(out);
        }
      }
      out.append('>');
      if (tag == Tag.PRE) {
        // The first line break in it is none.
        out.append('\n');
      }
      for (Part part : parts) {
        if (part instanceof Html html) {
          html.to(out);
        }
      }
      if (!tag.isVoid()) {
        out.append("</").append(tag.text()).append('>');
      }
    }
  }
}
