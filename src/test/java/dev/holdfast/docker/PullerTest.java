package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.holdfast.docker.Engine.PullProgress;
import dev.holdfast.docker.Engine.RegistryLogin;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PullerTest {
  private static String decoded(RegistryLogin login) {
    return new String(Base64.getUrlDecoder().decode(Puller.header(login)), StandardCharsets.UTF_8);
  }

  @Test
  void theEngineGetsALoginInItsOwnForm() {
    assertThat(decoded(new RegistryLogin("ghcr.io", "bot", "p\"w/ü?", false)))
        .isEqualTo(
            "{\"serveraddress\":\"ghcr.io\",\"username\":\"bot\",\"password\":\"p\\\"w/ü?\"}");
    assertThat(decoded(new RegistryLogin("docker.io", "<token>", "refresh", true)))
        .isEqualTo(
            "{\"serveraddress\":\"https://index.docker.io/v1/\",\"identitytoken\":\"refresh\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest unknown: manifest unknown",
        "pull access denied for x, repository does not exist or may require 'docker login'",
        "no matching manifest for linux/amd64 in the manifest list entries",
        "unauthorized: authentication required"
      })
  void whatTheNextTryWillMeetAgainIsRefused(String message) {
    assertThat(Puller.failure("pull x", message))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessage("could not pull x: " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unexpected EOF",
        "net/http: TLS handshake timeout",
        "toomanyrequests: slow down",
        "write /x: no space left on device"
      })
  void F19_whatMayPassIsNot(String message) {
    assertThat(Puller.failure("pull x", message)).isInstanceOf(EngineException.Ambiguous.class);
  }

  private static void add(Layers layers, String json) {
    try {
      layers.add(Json.mapper().readTree(json.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void progressIsTheSumOfTheLayersKnownSoFar() {
    Layers layers = new Layers();
    assertThat(layers.progress()).isEqualTo(new PullProgress(0, 0));
    add(layers, "{'status':'Pulling fs layer','id':'a'}");
    add(layers, "{'status':'Downloading','id':'a','progressDetail':{'current':10,'total':100}}");
    add(layers, "{'status':'Downloading','id':'b','progressDetail':{'current':5,'total':50}}");
    assertThat(layers.progress()).isEqualTo(new PullProgress(15, 150));
    add(layers, "{'status':'Download complete','id':'a'}");
    add(layers, "{'status':'Extracting','id':'a','progressDetail':{'current':1,'total':100}}");
    add(layers, "{'status':'Downloading','id':'b'}");
    add(layers, "{'status':7}");
    assertThat(layers.progress()).isEqualTo(new PullProgress(105, 150));
  }
}
