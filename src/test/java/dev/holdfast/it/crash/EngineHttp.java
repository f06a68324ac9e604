package dev.holdfast.it.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The engine, seen without any part of Holdfast: HTTP/1.0 on its socket. */
public final class EngineHttp {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path socket;

  public EngineHttp(Path socket) {
    this.socket = socket;
  }

  Path socket() {
    return socket;
  }

  public JsonNode get(String path) {
    return find(path).orElseThrow(() -> new IllegalStateException("the engine has no " + path));
  }

  /** Empty for a 404. */
  public Optional<JsonNode> find(String path) {
    return ask("GET", path, "");
  }

  public void post(String path, String body) {
    ask("POST", path, body);
  }

  public void delete(String path) {
    ask("DELETE", path, "");
  }

  /** Each container of the engine, as an inspect shows it. */
  List<JsonNode> containers() {
    return inspected("/containers/json?all=1");
  }

  /** Each container of a Compose project, whatever its state. */
  public List<JsonNode> containers(String project) {
    String filters = "{\"label\":[\"com.docker.compose.project=" + project + "\"]}";
    return inspected(
        "/containers/json?all=1&filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8));
  }

  /** One may go between the list and its own answer. */
  private List<JsonNode> inspected(String list) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode container : get(list)) {
      find("/containers/" + container.get("Id").asText() + "/json").ifPresent(found::add);
    }
    return found;
  }

  private Optional<JsonNode> ask(String method, String path, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        method
            + " "
            + path
            + " HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: "
            + content.length
            + "\r\n\r\n";
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.write(head.getBytes(StandardCharsets.US_ASCII));
      request.write(content);
      ByteBuffer bytes = ByteBuffer.wrap(request.toByteArray());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return answer(
          method + " " + path,
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path + " on " + socket, e);
    }
  }

  private static Optional<JsonNode> answer(String what, String text) throws IOException {
    int status = Integer.parseInt(text.substring(9, 12));
    String body = text.substring(text.indexOf("\r\n\r\n") + 4);
    if (status == 404) {
      return Optional.empty();
    }
    if (status >= 400) {
      throw new IllegalStateException(what + ": " + status + " " + body);
    }
    return Optional.of(body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body));
  }
}
