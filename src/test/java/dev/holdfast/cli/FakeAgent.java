package dev.holdfast.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.api.FakeApps;
import dev.holdfast.api.Pulls;
import dev.holdfast.api.Views;
import dev.holdfast.backup.Operation;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.reconcile.Reasons;
import dev.holdfast.report.Summary;
import dev.holdfast.store.RecordJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An agent's API in a few lines over a real unix socket: state as {@link FakeApps} has it, and it
 * can die and come back.
 */
final class FakeAgent implements AutoCloseable {
  private final ObjectMapper mapper =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();
  private final Path folder;
  private ServerSocketChannel server;
  private String stray = "";
  private String summary = "";
  private volatile List<Pulls.Pull> pulls = List.of();
  final FakeApps apps = new FakeApps();

  FakeAgent() throws IOException {
    folder = Files.createTempDirectory("hf");
    start();
  }

  Path socket() {
    return folder.resolve("s");
  }

  void start() throws IOException {
    Files.deleteIfExists(socket());
    ServerSocketChannel opened =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(socket()));
    server = opened;
    Thread.ofVirtual().start(() -> serve(opened));
  }

  /** The file stays, as after a kill -9. */
  void die() throws IOException {
    server.close();
    while (isThere()) {
      Thread.onSpinWait();
    }
  }

  /** A socket that somebody waits on is open until that thread has noticed. */
  private boolean isThere() {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What it pulls now. */
  void pulls(Pulls.Pull... now) {
    pulls = List.of(now);
  }

  /** From now on every answer is these bytes. */
  void answer(String bytes) {
    stray = bytes;
  }

  /** From now on every summary is this answer. */
  void summary(String status, String text) {
    summary = http(status, text);
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket());
    Files.deleteIfExists(folder);
  }

  private void serve(ServerSocketChannel opened) {
    while (opened.isOpen()) {
      try {
        SocketChannel client = opened.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void answer(SocketChannel client) {
    try (client) {
      ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
      String request = "";
      while (!request.contains("\r\n\r\n")) {
        if (client.read(buffer) < 0) {
          return;
        }
        request = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
      }
      String[] line = request.split(" ", 3);
      String response = stray.isEmpty() ? response(line[0], line[1]) : stray;
      ByteBuffer bytes = ByteBuffer.wrap(response.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
    } catch (IOException e) {
      // The command went away.
      return;
    }
  }

  private String response(String method, String target) throws IOException {
    String[] path = target.substring("/api/v1/".length()).split("[/?]", -1);
    if (path.length == 3 && path[2].equals("summary")) {
      if (!summary.isEmpty()) {
        return summary;
      }
      return apps.deployment(path[1])
          .map(record -> http("200 OK", Summary.of(record)))
          .orElseGet(() -> http("404 Not Found", "{\"detail\":\"there is nothing of this name\"}"));
    }
    Object body = path[0].equals("apps") ? apps(method, path) : deployments(path, target);
    return body == null
        ? http("404 Not Found", "{\"detail\":\"there is nothing of this name\"}")
        : http("200 OK", mapper.writeValueAsString(body));
  }

  private Object apps(String method, String[] path) {
    if (path.length == 1) {
      return apps.all();
    }
    if (path.length == 3 && path[2].equals("diff")) {
      return apps.diff(path[1]);
    }
    if (path.length == 3 && path[2].equals("why")) {
      return apps.find(path[1])
          .map(view -> Reasons.of(view, apps.deployments(path[1], 20)))
          .orElse(null);
    }
    if (path.length == 3 && path[2].equals("backups")) {
      Operation operation = apps.data(path[1]).operation();
      return operation == null ? Map.of() : Map.of("operation", RecordJson.of(operation));
    }
    if (path.length == 3 && path[2].equals("pulls")) {
      return pulls;
    }
    if (method.equals("POST") && path[2].equals("sync")) {
      apps.sync(path[1]);
    }
    return apps.find(path[1]).orElse(null);
  }

  private Object deployments(String[] path, String target) {
    if (path.length == 1 || path[1].startsWith("limit=")) {
      String app = target.contains("app=") ? target.substring(target.indexOf("app=") + 4) : null;
      return apps.deployments(app, 20).stream().map(RecordJson::of).toList();
    }
    Optional<DeploymentRecord> record = apps.deployment(path[1]);
    return record.map(RecordJson::of).orElse(null);
  }

  static String http(String status, String json) {
    // In two chunks, as a stream comes.
    int half = json.length() / 2;
    return "HTTP/1.1 "
        + status
        + "\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunk(json.substring(0, half))
        + chunk(json.substring(half))
        + "0\r\n\r\n";
  }

  private static String chunk(String text) {
    return text.isEmpty()
        ? ""
        : Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length)
            + "\r\n"
            + text
            + "\r\n";
  }

  Command.Result run(String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--socket";
    all[words.length + 1] = socket().toString();
    return Command.run(Map.of(), all);
  }

  FakeAgent with(String... names) {
    for (String name : names) {
      apps.put(Views.synced(name));
    }
    return this;
  }
}
