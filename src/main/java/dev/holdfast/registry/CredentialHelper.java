package dev.holdfast.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.registry.Registry.Credentials;
import dev.holdfast.registry.RegistryException.Unauthorized;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Docker's credential helper protocol: {@code docker-credential-<name> get} with the server's name
 * on stdin answers with JSON. What it prints is never shown, as it may hold a secret.
 */
final class CredentialHelper {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]+");
  private static final String NOT_FOUND = "credentials not found in native keychain";
  private static final int MAX_OUTPUT = 64 * 1024;
  private final Duration limit;
  private final UnaryOperator<String> locate;

  /**
   * @param locate the command of a helper program; the PATH is searched where it has no slash
   */
  CredentialHelper(Duration limit, UnaryOperator<String> locate) {
    this.limit = limit;
    this.locate = locate;
  }

  private record Output(int exit, String text) {}

  Optional<Credentials> get(String name, String server) {
    if (!NAME.matcher(name).matches()) {
      throw failed("the helper that Docker's config.json names", server, "its name is not valid");
    }
    String program = "docker-credential-" + name;
    Output output = run(program, server);
    if (output.exit() != 0) {
      if (output.text().strip().equals(NOT_FOUND)) {
        return Optional.empty();
      }
      throw failed(program, server, "it exited with " + output.exit());
    }
    JsonNode answer =
        Json.object(output.text().getBytes(StandardCharsets.UTF_8))
            .orElseThrow(() -> failed(program, server, "its answer is not JSON"));
    String user = Json.text(answer, "Username").orElse("");
    return Json.text(answer, "Secret")
        .map(secret -> new Credentials(user, secret, user.equals("<token>")));
  }

  private Output run(String program, String server) {
    Process process;
    try {
      process =
          new ProcessBuilder(locate.apply(program), "get")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw failed(program, server, "it cannot be started (is it installed, and in the PATH?)");
    }
    FutureTask<Output> talk = new FutureTask<>(() -> talk(process, server));
    Thread.ofVirtual().name(program).start(talk);
    try {
      return talk.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw failed(program, server, "it did not answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw failed(program, server, "its answer could not be read");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(program, server, "the agent is stopping");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Output talk(Process process, String server)
      throws IOException, InterruptedException {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(server.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // A helper may exit without reading; its exit code says what is wrong.
    }
    try (InputStream stdout = process.getInputStream()) {
      byte[] bytes = stdout.readNBytes(MAX_OUTPUT + 1);
      if (bytes.length > MAX_OUTPUT) {
        throw new IOException("too much output");
      }
      return new Output(process.waitFor(), new String(bytes, StandardCharsets.UTF_8));
    }
  }

  private static Unauthorized failed(String program, String server, String why) {
    return new Unauthorized(
        "could not get the credentials for "
            + server
            + " from "
            + program
            + " because "
            + why
            + "; run it by hand, or give username and password-file in agent.yaml");
  }
}
