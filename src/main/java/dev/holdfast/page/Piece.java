package dev.holdfast.page;

import static dev.holdfast.page.Attribute.column;
import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.datetime;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Attribute.label;
import static dev.holdfast.page.Attribute.region;
import static dev.holdfast.page.Attribute.scope;
import static dev.holdfast.page.Attribute.tabindex;
import static dev.holdfast.page.Attribute.title;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What several pages are made of. */
final class Piece {
  private Piece() {}

  /** A part of the page that the script takes anew by itself. */
  static Html section(String id, String title, Html... content) {
    List<Part> parts = new ArrayList<>(List.of(css("card"), id(id)));
    parts.add(element(Tag.H2, text(title)));
    parts.addAll(List.of(content));
    return element(Tag.SECTION, parts.toArray(Part[]::new));
  }

  static Html ago(Instant at, Instant now) {
    return element(Tag.TIME, datetime(at), title(Words.moment(at)), text(Words.age(at, now)));
  }

  static Html code(@Nullable String text) {
    return text == null ? Html.none() : element(Tag.CODE, text(text));
  }

  /** Lines that somebody else wrote; reached and scrolled by keyboard. */
  static Html output(String id, String label, String lines) {
    return element(Tag.PRE, id(id), tabindex(), region(), label(label), Html.lines(lines));
  }

  /** Names with what they stand for; what is not there is left out. */
  static final class Facts {
    private final List<Html> rows = new ArrayList<>();

    Facts add(String name, @Nullable Html value) {
      if (value != null) {
        rows.add(element(Tag.DIV, element(Tag.DT, text(name)), element(Tag.DD, value)));
      }
      return this;
    }

    Facts add(String name, @Nullable String value) {
      return add(name, value == null || value.isEmpty() ? null : text(value));
    }

    Facts code(String name, @Nullable String value) {
      return add(name, value == null || value.isEmpty() ? null : Piece.code(value));
    }

    Html html() {
      return element(Tag.DL, rows.toArray(Part[]::new));
    }
  }

  /** A table whose rows become blocks where the window is narrow. */
  static final class Table {
    private final List<String> columns;
    private final List<Html> rows = new ArrayList<>();

    Table(String... columns) {
      this.columns = List.of(columns);
    }

    /** The first cell is the row's name. */
    Table row(Html... cells) {
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < cells.length; i++) {
        Part column = column(columns.get(i));
        parts.add(
            i == 0
                ? element(Tag.TH, scope("row"), column, cells[i])
                : element(Tag.TD, column, element(Tag.DIV, cells[i])));
      }
      rows.add(element(Tag.TR, parts.toArray(Part[]::new)));
      return this;
    }

    Html html() {
      Part[] heads =
          columns.stream()
              .map(column -> element(Tag.TH, scope("col"), text(column)))
              .toArray(Part[]::new);
      return element(
          Tag.TABLE,
          element(Tag.THEAD, element(Tag.TR, heads)),
          element(Tag.TBODY, rows.toArray(Part[]::new)));
    }
  }
}
