package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import dev.holdfast.reconcile.Apps;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The backups of an app that stand, and what somebody asked for last. */
final class BackupList {
  private static final int MOST = 20;

  private BackupList() {}

  static Html section(Apps.Data data, Instant now) {
    if (data.backups().isEmpty() && data.operation() == null) {
      return Html.none();
    }
    Piece.Table table = new Piece.Table("Backup", "Saved", "Name", "Of", "Size", "Verified");
    for (Saved taken : data.backups().stream().limit(MOST).toList()) {
      table.row(
          Piece.code(taken.id()),
          Piece.ago(taken.takenAt(), now),
          text(taken.name()),
          text(taken.kind() + " " + taken.source()),
          text(size(taken.size())),
          text(taken.verified() ? "yes" : "no"));
    }
    return Piece.section(
        "backups", "Backups", Html.all(operation(data.operation(), now), table.html()));
  }

  private static Html operation(@Nullable Operation operation, Instant now) {
    if (operation == null) {
      return Html.none();
    }
    String what = operation.kind() == Operation.Kind.BACKUP ? "Backup" : "Restore";
    String names = " of " + String.join(", ", operation.names()) + ", asked for by ";
    return element(
        Tag.P,
        css("quiet"),
        text(what + names + operation.by() + " "),
        Piece.ago(operation.askedAt(), now),
        text(": " + how(operation)));
  }

  private static String how(Operation operation) {
    String message = operation.message() == null ? "" : ": " + operation.message();
    return switch (operation.phase()) {
      case ASKED, PREPARING, BEGUN, RESTORED -> "under way";
      case SUCCEEDED -> "done" + message;
      case FAILED -> "failed" + message;
    };
  }

  private static String size(long bytes) {
    return bytes < 1 << 20
        ? (bytes + 1023) / 1024 + " KiB"
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
