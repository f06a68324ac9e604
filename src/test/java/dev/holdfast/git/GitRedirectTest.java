package dev.holdfast.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitRedirectTest {
  @TempDir Path folder;
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private HttpServer configured;
  private HttpServer other;
  private volatile String location = "";

  @BeforeEach
  void start() throws IOException {
    configured = server();
    other = server();
    configured.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Location", location + exchange.getRequestURI());
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    other.createContext(
        "/",
        exchange -> {
          logins.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"give me\"");
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    configured.start();
    other.start();
  }

  private static HttpServer server() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
  }

  private static String address(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    configured.stop(0);
    other.stop(0);
  }

  private GitSource source() {
    GitUrl url = GitUrl.parse(address(configured) + "/x.git");
    return new GitSource(
        new GitSettings(url, "main", "", "me", () -> "s3cr3t", null, null), folder);
  }

  @Test
  void aServerThatRedirectsElsewhereDoesNotHandOnThePassword() {
    location = address(other);
    assertThatThrownBy(source()::look)
        .isInstanceOf(SourceException.class)
        .hasMessageNotContaining("s3cr3t");
    assertThat(logins).isNotEmpty().containsOnly("null");
  }

  @Test
  void aServerCannotRedirectToAnotherProtocol() {
    location = "git://127.0.0.1:" + other.getAddress().getPort();
    assertThatThrownBy(source()::look).isInstanceOf(SourceException.class);
    location = "file:///etc";
    assertThatThrownBy(source()::look).isInstanceOf(SourceException.class);
    assertThat(logins).isEmpty();
  }
}
