package dev.holdfast.docker;

import com.github.dockerjava.transport.SSLConfig;
import javax.net.ssl.SSLContext;

/**
 * For a socket, over which nobody speaks TLS: what asks it for a connection fails. In its place the
 * library would read all certificates that this machine trusts, 40 ms of a start and a megabyte.
 */
final class NoTls implements SSLConfig {
  private static final class Nothing extends SSLContext {
    Nothing() {
      super(null, null, "none");
    }
  }

  @Override
  public SSLContext getSSLContext() {
    return new Nothing();
  }
}
