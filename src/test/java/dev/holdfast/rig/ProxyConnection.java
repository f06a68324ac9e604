package dev.holdfast.rig;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the client. This thread reads what the client sends, so that it sees it leave
 * at any moment; the answer is passed back on another.
 */
final class ProxyConnection {
  private final SocketFaultProxy proxy;
  private final SocketChannel client;
  private final @Nullable Path engine;
  private volatile @Nullable SocketChannel upstream;
  private volatile @Nullable InputStream answers;
  private @Nullable Thread answering;

  ProxyConnection(SocketFaultProxy proxy, SocketChannel client, @Nullable Path engine) {
    this.proxy = proxy;
    this.client = client;
    this.engine = engine;
  }

  void run() {
    try {
      InputStream in = buffered(client);
      for (HttpHead head = HttpHead.read(in); head != null; head = HttpHead.read(in)) {
        awaitAnswer();
        handle(head, in);
      }
    } catch (IOException | InterruptedException e) {
      // Cut by either side, which is what this is for.
    }
  }

  /** A head is read byte by byte, which without a buffer is a system call each. */
  private static InputStream buffered(SocketChannel channel) {
    return new BufferedInputStream(Channels.newInputStream(channel));
  }

  private void awaitAnswer() throws InterruptedException {
    if (answering != null) {
      answering.join();
    }
  }

  private void handle(HttpHead head, InputStream in) throws IOException, InterruptedException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    head.copyBody(in, body, false);
    SocketFault fault = proxy.fault(head.request(), body.toByteArray());
    OutputStream out = Channels.newOutputStream(client);
    switch (fault) {
      case null -> forward(head, body.toByteArray(), in, out, null);
      case SocketFault.Hang hang -> {
        // Read on until the client gives up.
      }
      case SocketFault.AnswerInstead answer -> answer(out, answer.status(), answer.body());
      case SocketFault.Before before -> {
        before.action().run();
        forward(head, body.toByteArray(), in, out, null);
      }
      case SocketFault.Withhold withhold -> {
        withhold.action().run();
        close();
      }
      case SocketFault.DropAnswer drop -> forward(head, body.toByteArray(), in, out, drop);
      case SocketFault.AnswerAfter after -> forward(head, body.toByteArray(), in, out, after);
      case SocketFault.HangAfterBytes hang -> forward(head, body.toByteArray(), in, out, hang);
      case SocketFault.CutAfterBytes cut -> forward(head, body.toByteArray(), in, out, cut);
      case SocketFault.HalfCloseAfterBytes half -> forward(head, body.toByteArray(), in, out, half);
      case SocketFault.Drip drip -> forward(head, body.toByteArray(), in, out, drip);
      case SocketFault.After after -> forward(head, body.toByteArray(), in, out, after);
    }
  }

  private void forward(
      HttpHead head, byte[] body, InputStream in, OutputStream out, @Nullable SocketFault fault)
      throws IOException {
    SocketChannel to = upstream();
    InputStream from = Objects.requireNonNull(answers);
    OutputStream request = Channels.newOutputStream(to);
    request.write(head.bytes());
    request.write(body);
    request.flush();
    answering =
        Thread.ofVirtual().name("fault proxy answer").start(() -> passBack(head, from, out, fault));
    if (head.isUpgrade()) {
      HttpHead.pump(in, request);
      to.shutdownOutput();
    }
  }

  private SocketChannel upstream() throws IOException {
    SocketChannel known = upstream;
    if (known == null) {
      if (engine == null) {
        throw new IOException("there is no engine behind this proxy");
      }
      known = SocketChannel.open(UnixDomainSocketAddress.of(engine));
      answers = buffered(known);
      upstream = known;
    }
    return known;
  }

  private void passBack(
      HttpHead request, InputStream in, OutputStream out, @Nullable SocketFault fault) {
    try {
      HttpHead answer = HttpHead.read(in);
      while (answer != null && answer.status() < 200 && answer.status() != 101) {
        out.write(answer.bytes());
        answer = HttpHead.read(in);
      }
      if (answer == null) {
        close();
        return;
      }
      passBack(answer, in, Faulty.over(this, out, fault), new Way(fault, body(request, answer)));
    } catch (IOException e) {
      close();
    }
  }

  private enum Body {
    NONE,
    MEASURED,
    UNTIL_CLOSE
  }

  private record Way(@Nullable SocketFault fault, Body body) {}

  private void passBack(HttpHead answer, InputStream in, OutputStream out, Way way)
      throws IOException {
    switch (way.fault()) {
      case SocketFault.DropAnswer drop -> {
        copyBody(answer, in, OutputStream.nullOutputStream(), way.body());
        close();
      }
      case SocketFault.AnswerAfter after -> {
        copyBody(answer, in, OutputStream.nullOutputStream(), way.body());
        answer(out, after.status(), after.body());
      }
      case SocketFault.After after -> {
        after.action().run();
        pass(answer, in, out, way.body());
      }
      case null, default -> pass(answer, in, out, way.body());
    }
  }

  private void pass(HttpHead answer, InputStream in, OutputStream out, Body body)
      throws IOException {
    out.write(answer.bytes());
    out.flush();
    copyBody(answer, in, out, body);
    if (body == Body.UNTIL_CLOSE) {
      close();
    }
  }

  private static void copyBody(HttpHead answer, InputStream in, OutputStream out, Body body)
      throws IOException {
    if (body != Body.NONE) {
      answer.copyBody(in, out, body == Body.UNTIL_CLOSE);
    }
  }

  /**
   * RFC 9112 §6.3: an answer that may have a body and gives no length lasts as long as its
   * connection.
   */
  private static Body body(HttpHead request, HttpHead answer) {
    if (answer.status() == 101) {
      return Body.UNTIL_CLOSE;
    }
    if (request.firstLine().startsWith("HEAD ")
        || answer.status() == 204
        || answer.status() == 304) {
      return Body.NONE;
    }
    return answer.isChunked() || answer.headers().containsKey("content-length")
        ? Body.MEASURED
        : Body.UNTIL_CLOSE;
  }

  private static void answer(OutputStream out, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + " Scripted\r\nContent-Type: application/json\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
  }

  /** The client sees the end of the stream, and may go on to send. */
  void endAnswers() throws IOException {
    client.shutdownOutput();
  }

  void close() {
    SocketFaultProxy.close(client);
    SocketChannel engineSide = upstream;
    if (engineSide != null) {
      SocketFaultProxy.close(engineSide);
    }
  }
}
