package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Memory.Quarantine;
import dev.holdfast.model.Release;
import dev.holdfast.reconcile.Definition.Look;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which release somebody means who wants to look into a service: the one that they name; else the
 * desired one where it failed, since why it did is what they want to know; else the one that runs.
 *
 * @param said which one it is, for the person
 */
record ShellRelease(Release release, String said) {

  static ShellRelease of(App app, Memory memory, @Nullable Look look, @Nullable String wanted) {
    return new Choice(app, memory, look).choose(wanted);
  }

  private record Choice(App app, Memory memory, @Nullable Look look) {
    ShellRelease choose(@Nullable String wanted) {
      if (wanted != null) {
        return named(wanted);
      }
      Definition.Target target = look == null ? null : look.target();
      Quarantine failed = target == null ? null : memory.quarantined().get(target.release().id());
      // One that is tried again by itself has not come to where there is something to see.
      if (target != null && failed != null && failed.retryAt() == null) {
        return new ShellRelease(
            target.release(),
            shown(target.release().id())
                + ", which failed and is in quarantine: "
                + failed.reason());
      }
      String lastGood = memory.lastGood();
      if (lastGood != null) {
        return new ShellRelease(kept(lastGood), shown(lastGood) + ", which runs");
      }
      return ofDeployment(target);
    }

    /** Nothing was confirmed yet: what is being brought in. */
    private ShellRelease ofDeployment(Definition.@Nullable Target target) {
      Optional<String> id =
          Optional.ofNullable(memory.deployment())
              .flatMap(known -> app.ports().store().record(app.settings().app(), known))
              .map(DeploymentRecord::release);
      if (id.isPresent()) {
        return new ShellRelease(kept(id.get()), shown(id.get()) + ", which is being deployed");
      }
      if (target != null) {
        return new ShellRelease(
            target.release(), shown(target.release().id()) + ", which is desired");
      }
      throw new Apps.Refused("no release of the app is known yet; `holdfast status` says why");
    }

    private ShellRelease named(String id) {
      Set<String> known = new LinkedHashSet<>();
      memory.confirmed().forEach(confirmed -> known.add(confirmed.release()));
      if (look != null && look.target() != null) {
        known.add(look.target().release().id());
      }
      Release release =
          find(id)
              .orElseThrow(
                  () ->
                      new Apps.Refused(
                          "release " + id + " is not kept; there are " + String.join(", ", known)));
      return new ShellRelease(release, shown(id));
    }

    private Release kept(String id) {
      return find(id)
          .orElseThrow(
              () -> new Apps.Refused("release " + id + " is not kept any more; sync the app"));
    }

    private Optional<Release> find(String id) {
      Definition.Target target = look == null ? null : look.target();
      return target != null && target.release().id().equals(id)
          ? Optional.of(target.release())
          : app.ports().store().release(app.settings().app(), id);
    }

    private String shown(String id) {
      Definition.Target target = look == null ? null : look.target();
      String version =
          target != null && target.release().id().equals(id)
              ? target.name().version()
              : memory.confirmed().stream()
                  .filter(confirmed -> confirmed.release().equals(id))
                  .map(Memory.Confirmed::version)
                  .findFirst()
                  .orElse(null);
      return "release " + id + (version == null ? "" : " (" + version + ")");
    }
  }
}
