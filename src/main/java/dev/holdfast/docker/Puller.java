package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.holdfast.docker.Engine.PullProgress;
import dev.holdfast.docker.Engine.RegistryLogin;
import dev.holdfast.docker.EngineClient.StreamRequest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.PinnedImage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pulls by digest.
 *
 * <ol>
 *   <li>The engine's answer is a stream of progress that begins with 200 whatever happens: an item
 *       with {@code errorDetail} is the failure, no text of any other item means anything.
 *   <li>No byte for the idle time, or no end within the total time, gives up. Giving up closes the
 *       request, on which the engine stops pulling; layers that are complete stay for the next try.
 *   <li>Pulled is what an inspect by that digest finds, made for the engine's own platform.
 * </ol>
 */
final class Puller {
  private static final Duration GLANCE = Duration.ofMillis(200);
  private static final String HUB_SERVER = "https://index.docker.io/v1/";

  /** Failures that the next try will meet again. */
  private static final List<String> FINAL =
      List.of(
          "manifest unknown",
          "not found",
          "no matching manifest",
          "access denied",
          "unauthorized",
          "denied:",
          "invalid reference",
          "does not exist");

  private final EngineClient engine;
  private final Images images;

  Puller(EngineClient engine, Images images) {
    this.engine = engine;
    this.images = images;
  }

  void pull(PinnedImage image, @Nullable RegistryLogin login, Consumer<PullProgress> progress) {
    String what = "pull " + image.pullReference();
    Layers layers = new Layers();
    Idle idle = new Idle();
    String path =
        "/images/create?fromImage="
            + Paths.encode(image.name().familiarName())
            + "&tag="
            + Paths.encode(image.digest().value());
    StreamRequest request =
        new StreamRequest(
            Method.POST,
            path,
            null,
            login == null ? Map.of() : Map.of("X-Registry-Auth", header(login)));
    try (Calls.Call<Boolean> call =
        engine.stream(what, request, body -> read(what, idle.watching(body), layers))) {
      await(what, call, idle, layers, progress);
    } finally {
      images.forgetDigests();
    }
    verify(what, image);
  }

  private void await(
      String what,
      Calls.Call<Boolean> call,
      Idle idle,
      Layers layers,
      Consumer<PullProgress> progress) {
    long begun = System.nanoTime();
    PullProgress last = new PullProgress(0, 0);
    while (!call.awaitDone(GLANCE)) {
      PullProgress now = layers.progress();
      if (!now.equals(last)) {
        progress.accept(now);
        last = now;
      }
      if (idle.time().compareTo(engine.deadlines().pullIdle()) >= 0) {
        throw new EngineException.Ambiguous(
            "could not "
                + what
                + ": no progress for "
                + Texts.of(engine.deadlines().pullIdle())
                + "; is the registry reachable from the engine?",
            null);
      }
      if (System.nanoTime() - begun >= engine.deadlines().pull().toNanos()) {
        throw new EngineException.Ambiguous(
            "could not "
                + what
                + ": not done within "
                + Texts.of(engine.deadlines().pull())
                + ", at "
                + now.current()
                + " of "
                + now.total()
                + " bytes",
            null);
      }
    }
    call.await(GLANCE);
    PullProgress end = layers.progress();
    if (!end.equals(last)) {
      progress.accept(end);
    }
  }

  private void verify(String what, PinnedImage image) {
    InspectedImage found =
        images
            .inspect(image)
            .orElseThrow(
                () ->
                    new EngineException.Ambiguous(
                        "could not "
                            + what
                            + ": the engine says that it has pulled it and does not have it; a registry mirror may have served another image",
                        null));
    if (!images.runsHere(found)) {
      throw new EngineException.Refused(
          "could not "
              + what
              + ": it is an image for "
              + found.architecture()
              + " and this engine runs "
              + images.architecture()
              + "; push one for that platform");
    }
  }

  private static boolean read(String what, InputStream body, Layers layers) throws IOException {
    try (MappingIterator<JsonNode> items =
        Json.mapper().readerFor(JsonNode.class).readValues(body)) {
      while (items.hasNextValue()) {
        JsonNode item = items.nextValue();
        if (item.has("errorDetail") || item.has("error")) {
          throw failure(
              what,
              item.path("errorDetail").path("message").asText(item.path("error").asText()),
              layers);
        }
        layers.add(item);
      }
    }
    return true;
  }

  /** A token that ran out in the middle of a transfer is no lack of rights: a new one will do. */
  private static EngineException failure(String what, String message, Layers layers) {
    EngineException failure = failure(what, message);
    boolean midway = layers.progress().current() > 0 && message.contains("unauthorized");
    return midway
        ? new EngineException.Ambiguous(String.valueOf(failure.getMessage()), null)
        : failure;
  }

  static EngineException failure(String what, String message) {
    String text = "could not " + what + ": " + message;
    String words = message.toLowerCase(Locale.ROOT);
    return FINAL.stream().anyMatch(words::contains)
        ? new EngineException.Refused(text)
        : new EngineException.Ambiguous(text, null);
  }

  /** As the engine's API has it: base64url of JSON; a token goes alone. */
  static String header(RegistryLogin login) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(
        "serveraddress",
        login.registry().equals(ImageReference.DOCKER_HUB) ? HUB_SERVER : login.registry());
    if (login.identityToken()) {
      json.put("identitytoken", login.password());
    } else {
      json.put("username", login.username()).put("password", login.password());
    }
    return Base64.getUrlEncoder().encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** When the last byte came. */
  private static final class Idle {
    private volatile long last = System.nanoTime();

    Duration time() {
      return Duration.ofNanos(System.nanoTime() - last);
    }

    InputStream watching(InputStream body) {
      last = System.nanoTime();
      return new FilterInputStream(body) {
        @Override
        public int read() throws IOException {
          int read = super.read();
          last = System.nanoTime();
          return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          int read = super.read(bytes, offset, length);
          last = System.nanoTime();
          return read;
        }
      };
    }
  }
}
