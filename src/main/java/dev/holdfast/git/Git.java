package dev.holdfast.git;

import dev.holdfast.git.GitProcess.Limit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the git program for one app. A git that the agent's death left behind is ended before the
 * next one starts, so that there is one at a time in an app's folder.
 */
final class Git {
  private static final int MAX_OUTPUT = 16 << 20;
  private final GitSettings settings;
  private final Path folder;
  private final Limits limits;
  private final GitEnvironment environment;
  private final Map<String, String> inherited;

  Git(GitSettings settings, Path folder, Limits limits, Map<String, String> inherited) {
    this.settings = settings;
    this.folder = folder;
    this.limits = limits;
    this.environment = new GitEnvironment(settings, folder.resolve("home"));
    this.inherited = Map.copyOf(inherited);
  }

  /** Asks the remote a short question. */
  byte[] ask(String... arguments) throws GitException {
    return run(null, password(), "", new Limit(limits.look(), null, 1 << 20), arguments);
  }

  /** Gets objects from the remote, for as long as they keep coming. */
  void fetch(Path repository, String... arguments) throws GitException {
    Limit limit = new Limit(limits.fetch(), limits.idle(), MAX_OUTPUT);
    run(repository, password(), "", limit, arguments);
  }

  byte[] local(Path repository, String... arguments) throws GitException {
    return tell(repository, "", arguments);
  }

  /**
   * @param input its stdin, a few lines
   */
  byte[] tell(Path repository, String input, String... arguments) throws GitException {
    return run(repository, null, input, new Limit(limits.local(), null, MAX_OUTPUT), arguments);
  }

  Duration localLimit() {
    return limits.local();
  }

  private byte[] run(
      @Nullable Path repository,
      @Nullable String password,
      String input,
      Limit limit,
      String... arguments)
      throws GitException {
    try (GitProcess process = start(repository, password, arguments)) {
      byte[] output = process.output(input, limit);
      if (process.exitCode() != 0) {
        throw failure(process, password);
      }
      return output;
    } finally {
      Orphan.forget(folder);
    }
  }

  GitException failure(GitProcess process, @Nullable String password) {
    List<String> secrets = password == null ? List.of() : List.of(password);
    int exit = process.process().isAlive() ? -1 : process.exitCode();
    return new GitException(GitProblem.reason(exit, process.errorText(), secrets), false);
  }

  /** To be called after a process of {@link #start} was closed. */
  void ended() {
    Orphan.forget(folder);
  }

  /** For a conversation; the caller closes it. */
  GitProcess start(@Nullable Path repository, @Nullable String password, String... arguments)
      throws GitException {
    List<String> command = new ArrayList<>();
    command.add("git");
    command.addAll(environment.options());
    if (repository != null) {
      command.add("--git-dir=" + repository);
    }
    command.addAll(List.of(arguments));
    try {
      Files.createDirectories(folder.resolve("home"));
      Orphan.end(folder);
      GitProcess process =
          GitProcess.start(command, environment.variables(inherited, password), folder);
      Orphan.note(folder, process.process());
      return process;
    } catch (IOException e) {
      throw new GitException(
          "git cannot be run in " + folder + " (" + e.getMessage() + "); is it installed?", false);
    }
  }

  private @Nullable String password() throws GitException {
    Optional<Supplier<String>> supplier = Optional.ofNullable(settings.password());
    String password;
    try {
      password = supplier.map(Supplier::get).orElse(settings.url().password());
    } catch (RuntimeException e) {
      throw new GitException(
          "the password could not be read (" + e.getMessage() + "); check password-file", false);
    }
    if (password != null && password.chars().anyMatch(c -> c < ' ')) {
      throw new GitException("the password holds a line break; check password-file", false);
    }
    return password;
  }
}
