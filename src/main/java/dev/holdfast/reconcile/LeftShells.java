package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.store.Store;
import dev.holdfast.store.Store.LogLine;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/**
 * Shells of apps that left agent.yaml while the agent was away: nobody looks at such an app any
 * more, and somebody may have sat at it when the agent died. What lies in this agent's own notes
 * goes, and nothing else: the app may be another agent's by now, and its shells are that one's.
 */
final class LeftShells {
  private final Store store;
  private final Shells shells;

  LeftShells(Store store, Shells shells) {
    this.store = store;
    this.shells = shells;
  }

  /**
   * @param configured whose own looks do it
   * @return whether there are none any more; else it is to be tried again
   */
  boolean sweep(Set<String> configured, Engine engine, Signals signals) {
    boolean all = true;
    try {
      for (String app : store.appsWithShells()) {
        all &= configured.contains(app) || sweep(app, engine, signals);
      }
    } catch (UncheckedIOException e) {
      return false;
    }
    return all;
  }

  private boolean sweep(String app, Engine engine, Signals signals) {
    List<LogLine> notes = store.shellNotes(app);
    boolean all = true;
    try {
      for (ObservedContainer container : engine.observe(app, null).containers()) {
        String id = Labels.shell(container.labels());
        if (id != null && container.isOurs(app) && isNoted(id, notes) && !shells.isOpen(id)) {
          signals.note(app, "removing the container of shell " + id + ", which nobody sits at");
          all &= Shells.remove(container, engine, signals, Shells.ORPHANS_GRACE);
        }
      }
    } catch (EngineException e) {
      return false;
    }
    return all;
  }

  private static boolean isNoted(String id, List<LogLine> notes) {
    return notes.stream().anyMatch(note -> note.message().contains(ShellRun.opens(id)));
  }
}
