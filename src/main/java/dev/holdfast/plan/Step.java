package dev.holdfast.plan;

import static java.util.stream.Collectors.joining;

import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.VolumeSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing to do, with the reason. A step is one engine call, or one wait for an answer; each can
 * be repeated, because after a death in its middle the next plan is made from what is really there.
 */
public sealed interface Step {
  Stage stage();

  @Nullable String service();

  String cause();

  /** The step in words, without its cause. */
  String what();

  /**
   * A step on a service's own container: from the first of them on, a deployment is carried on or
   * rolled back.
   */
  sealed interface OnContainer extends Step
      permits Create, SetRestart, Stop, Rename, Connect, Hide, Join, Start, Remove {}

  record Pull(String service, PinnedImage image, String cause) implements Step {
    @Override
    public Stage stage() {
      return Stage.PULL;
    }

    @Override
    public String what() {
      return "pull " + image.display() + " (" + image.digest().shortHex() + ")";
    }
  }

  record EnsureNetwork(Stage stage, NetworkSpec network, String cause) implements Step {
    @Override
    public @Nullable String service() {
      return null;
    }

    @Override
    public String what() {
      return "create network " + network.name();
    }
  }

  record EnsureVolume(Stage stage, VolumeSpec volume, String cause) implements Step {
    @Override
    public @Nullable String service() {
      return null;
    }

    @Override
    public String what() {
      return "create volume " + volume.name();
    }
  }

  /**
   * {@code replaces}: whose anonymous volumes the new container takes over, or null. {@code
   * hidden}: no client is to find it until it has joined.
   */
  record Create(
      Stage stage,
      String service,
      int number,
      String name,
      String finalName,
      @Nullable ContainerRef replaces,
      boolean hidden,
      String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "create " + name + (hidden ? ", hidden from clients" : "");
    }
  }

  /** Takes a container out of the service's name on its networks. */
  record Hide(Stage stage, String service, int number, ContainerRef container, String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "hide " + container.name() + " from clients";
    }
  }

  /** Lets clients find a container under the service's name. */
  record Join(Stage stage, String service, int number, ContainerRef container, String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "let clients find " + container.name();
    }
  }

  /** Waits until one container is healthy; a failure fails the deployment. */
  record Ready(Stage stage, String service, ContainerRef container, String cause) implements Step {
    @Override
    public String what() {
      return "wait until " + container.name() + " is healthy";
    }
  }

  /** Nothing happens meanwhile; what runs is looked at when it is over. */
  record Pause(Stage stage, String service, Duration duration, String cause) implements Step {
    @Override
    public String what() {
      return "wait " + duration.toSeconds() + " s";
    }
  }

  /** What is updated of a service already, at these places, must stay healthy that long. */
  record Monitor(
      Stage stage,
      String service,
      List<Integer> places,
      Duration duration,
      boolean canary,
      String cause)
      implements Step {
    public Monitor {
      places = List.copyOf(places);
    }

    @Override
    public String what() {
      String updated = places.stream().map(String::valueOf).collect(joining(", "));
      return "watch %s (%s) for %d s".formatted(service, updated, duration.toSeconds());
    }
  }

  record SetRestart(
      Stage stage, String service, ContainerRef container, RestartPolicy policy, String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "set restart policy of "
          + container.name()
          + " to "
          + policy.name().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  record Stop(Stage stage, String service, ContainerRef container, Duration grace, String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "stop " + container.name();
    }
  }

  record Rename(Stage stage, String service, ContainerRef container, String newName, String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "rename " + container.name() + " to " + newName;
    }
  }

  /** Puts it on a network that it should be on, while it runs. */
  record Connect(Stage stage, String service, ContainerRef container, String network, String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "connect " + container.name() + " to network " + network;
    }
  }

  record Start(Stage stage, String service, ContainerRef container, String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "start " + container.name();
    }
  }

  record Remove(Stage stage, String service, ContainerRef container, String cause)
      implements OnContainer {
    @Override
    public String what() {
      return "remove " + container.name();
    }
  }

  /**
   * Waits until the service is healthy, or has completed where it is a one-shot. {@code mustPass}:
   * a failure fails the deployment.
   */
  record Probe(Stage stage, String service, boolean mustPass, String cause) implements Step {
    @Override
    public String what() {
      return "wait until " + service + " is healthy";
    }
  }

  /**
   * Saves data before migrations change it.
   *
   * @param skipped why there is nothing to save, or null
   */
  record TakeBackup(String service, String name, @Nullable String skipped, String cause)
      implements Step {
    @Override
    public Stage stage() {
      return Stage.BACKUP;
    }

    @Override
    public String what() {
      return (skipped == null ? "take backup " : "leave out backup ") + name;
    }
  }

  /** Puts back the data that was saved before this deployment's migrations. */
  record RestoreBackup(String service, int index, String name, String cause) implements Step {
    @Override
    public Stage stage() {
      return Stage.ROLLBACK;
    }

    @Override
    public String what() {
      return "restore backup " + name;
    }
  }

  /**
   * A one-off container of a migration that an earlier life of the agent left running; it is waited
   * for and never stopped.
   */
  record AwaitMigration(String service, ContainerRef container, String cause) implements Step {
    @Override
    public Stage stage() {
      return Stage.MIGRATE;
    }

    @Override
    public String what() {
      return "wait for the migration in " + container.name();
    }
  }

  record RunMigration(String service, int index, List<String> command, String cause)
      implements Step {
    @Override
    public Stage stage() {
      return Stage.MIGRATE;
    }

    @Override
    public String what() {
      return "run " + String.join(" ", command) + " in a new container";
    }
  }

  record ExecMigration(String service, int index, List<String> command, String cause)
      implements Step {
    @Override
    public Stage stage() {
      return Stage.MIGRATE_EXEC;
    }

    @Override
    public String what() {
      return "run " + String.join(" ", command) + " in the running container";
    }
  }

  record UndoMigration(String service, int index, List<String> command, String cause)
      implements Step {
    @Override
    public Stage stage() {
      return Stage.ROLLBACK;
    }

    @Override
    public String what() {
      return "run " + String.join(" ", command) + " in a new container";
    }
  }

  record RunSmoke(@Nullable String service, int index, String what, String cause) implements Step {
    @Override
    public Stage stage() {
      return Stage.SMOKE;
    }
  }

  record Watch(List<String> services, Duration duration, String cause) implements Step {
    public Watch {
      services = List.copyOf(services);
    }

    @Override
    public Stage stage() {
      return Stage.WATCH;
    }

    @Override
    public @Nullable String service() {
      return null;
    }

    @Override
    public String what() {
      return "watch " + String.join(", ", services) + " for " + duration.toSeconds() + " s";
    }
  }

  record RunAfter(String service, int index, String name, String cause) implements Step {
    @Override
    public Stage stage() {
      return Stage.AFTER;
    }

    @Override
    public String what() {
      return "run " + name;
    }
  }

  /** Compares what runs with the release and makes it the last good one. */
  record Confirm(String release, String cause) implements Step {
    @Override
    public Stage stage() {
      return Stage.CONFIRM;
    }

    @Override
    public @Nullable String service() {
      return null;
    }

    @Override
    public String what() {
      return "confirm release " + release;
    }
  }
}
