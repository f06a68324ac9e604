package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The main job on real parts: an edited version file becomes a running release, or the old one
 * comes back.
 */
class MainJobIT {
  @RegisterExtension static final Server server = new Server();

  @Test
  void aPushedVersionGoesLive() {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Box first = server.box(app, "web");
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
    assertThat(server.box(app, "web").id()).isNotEqualTo(first.id());
  }
}
