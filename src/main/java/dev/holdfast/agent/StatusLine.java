package dev.holdfast.agent;

import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All apps in one line, as {@code systemctl status} shows it: {@code 4 apps: 3 Synced; shop Held}.
 */
final class StatusLine {
  private static final int MOST_NAMES = 5;

  private StatusLine() {}

  static String of(List<AppView> apps) {
    if (apps.isEmpty()) {
      return "no apps; agent.yaml names them";
    }
    Map<Phase, List<String>> others = new TreeMap<>();
    apps.stream()
        .filter(app -> app.phase() != Phase.Synced)
        .forEach(
            app -> others.computeIfAbsent(app.phase(), key -> new ArrayList<>()).add(app.app()));
    long synced = apps.stream().filter(app -> app.phase() == Phase.Synced).count();
    String all = apps.size() == 1 ? "1 app: " : apps.size() + " apps: ";
    String rest =
        others.entrySet().stream()
            .map(entry -> entry.getKey() + " " + names(entry.getValue()))
            .collect(Collectors.joining("; "));
    return all + synced + " Synced" + (rest.isEmpty() ? "" : "; " + rest);
  }

  private static String names(List<String> names) {
    String shown = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    return names.size() > MOST_NAMES ? shown + ", … (" + names.size() + ")" : shown;
  }
}
