package dev.holdfast.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A git:// server whose connections go to the real {@code git upload-pack}, until one of them has
 * answered a number of bytes: from then on it keeps silent and the connection open.
 */
final class HangingGitServer implements AutoCloseable {
  private final ServerSocket server;
  private final Path repository;
  private final List<Process> children = new ArrayList<>();
  final AtomicInteger connections = new AtomicInteger();
  volatile int silentFrom = Integer.MAX_VALUE;
  volatile int answeredBytes;

  HangingGitServer(Path repository) throws IOException {
    this.repository = repository;
    server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread.ofPlatform().daemon().start(this::accept);
  }

  String url() {
    return "git://127.0.0.1:" + server.getLocalPort() + "/x.git";
  }

  /** The connections from the one of that number on (0 is the first) stop after so many bytes. */
  void hang(int fromConnection, int afterBytes) {
    silentFrom = fromConnection;
    answeredBytes = afterBytes;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        int number = connections.getAndIncrement();
        Thread.ofPlatform().daemon().start(() -> serve(socket, number));
      }
    } catch (IOException e) {
      // The server was closed.
    }
  }

  private void serve(Socket socket, int number) {
    try {
      InputStream in = socket.getInputStream();
      int length = Integer.parseInt(new String(in.readNBytes(4), StandardCharsets.US_ASCII), 16);
      in.readNBytes(length - 4);
      ProcessBuilder builder =
          new ProcessBuilder("git", "-c", "safe.directory=*", "upload-pack", repository.toString());
      builder.environment().put("GIT_PROTOCOL", "version=2");
      Process process = builder.start();
      synchronized (children) {
        children.add(process);
      }
      Thread.ofPlatform()
          .daemon()
          .start(() -> copy(in, process.getOutputStream(), Integer.MAX_VALUE));
      int limit = number >= silentFrom ? answeredBytes : Integer.MAX_VALUE;
      if (copy(process.getInputStream(), socket.getOutputStream(), limit)) {
        socket.close();
      }
    } catch (IOException e) {
      // The client went away.
    }
  }

  /** False where it stopped at the limit. */
  private static boolean copy(InputStream from, OutputStream to, int limit) {
    byte[] block = new byte[1024];
    int copied = 0;
    try {
      for (int read = from.read(block); read >= 0; read = from.read(block)) {
        int allowed = Math.min(read, limit - copied);
        to.write(block, 0, allowed);
        to.flush();
        copied += allowed;
        if (copied >= limit) {
          return false;
        }
      }
      to.close();
    } catch (IOException e) {
      // The other side went away.
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (children) {
      children.forEach(Process::destroyForcibly);
    }
  }
}
