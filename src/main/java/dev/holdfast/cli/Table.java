package dev.holdfast.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Columns two blanks apart that fit a width: where they do not, the widest of those that may be cut
 * is cut, and shows it. What matters of an image is its end, of most else its beginning.
 */
final class Table {
  private static final int NARROWEST = 8;
  private static final String GAP = "  ";

  enum Cut {
    NEVER,
    END,
    BEGINNING
  }

  /** A column's heading, and where its cells may be cut. */
  record Column(String heading, Cut cut) {}

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  Table(Column... columns) {
    this.columns = List.of(columns);
    rows.add(this.columns.stream().map(Column::heading).toList());
  }

  void row(String... cells) {
    rows.add(IntStream.range(0, cells.length).mapToObj(i -> Text.line(cells[i])).toList());
  }

  /** The lines, the headings first; empty cells are shown as a hyphen. */
  List<String> lines(int width) {
    int[] widths = widths(width);
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private int[] widths(int limit) {
    int[] widths = IntStream.range(0, columns.size()).map(this::natural).toArray();
    while (IntStream.of(widths).sum() + GAP.length() * (widths.length - 1) > limit) {
      int widest = widestToCut(widths);
      if (widest < 0) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private int natural(int column) {
    return rows.stream().mapToInt(row -> shown(row.get(column)).length()).max().orElse(0);
  }

  private int widestToCut(int[] widths) {
    return IntStream.range(0, widths.length)
        .filter(i -> columns.get(i).cut() != Cut.NEVER && widths[i] > NARROWEST)
        .reduce(-1, (best, i) -> best < 0 || widths[i] > widths[best] ? i : best);
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cut(shown(row.get(i)), widths[i], columns.get(i).cut());
      line.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
    }
    return line.toString().stripTrailing();
  }

  private static String shown(String cell) {
    return cell.isEmpty() ? "-" : cell;
  }

  private static String cut(String cell, int width, Cut cut) {
    if (cell.length() <= width) {
      return cell;
    }
    return switch (cut) {
      case NEVER, END -> cell.substring(0, width - 1) + "…";
      case BEGINNING -> "…" + cell.substring(cell.length() - width + 1);
    };
  }
}
