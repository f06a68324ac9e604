package dev.holdfast.registry;

import dev.holdfast.model.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Pushes the smallest image that a registry takes: a configuration and no layer. */
final class ImagePusher {
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private final HttpClient client = HttpClient.newHttpClient();
  private final String registry;
  private final String login;

  ImagePusher(String registry, String user, String password) {
    this.registry = registry;
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    this.login = "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  Digest push(String repository, String tag, String content) {
    try {
      String authorization = authorization(repository);
      byte[] config = ("{\"x\":\"" + content + "\"}").getBytes(StandardCharsets.UTF_8);
      upload(authorization, repository, config);
      byte[] manifest =
          ("{\"schemaVersion\":2,\"mediaType\":\""
                  + MANIFEST
                  + "\",\"config\":{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",\"size\":"
                  + config.length
                  + ",\"digest\":\""
                  + FakeRegistry.digest(config)
                  + "\"},\"layers\":[]}")
              .getBytes(StandardCharsets.UTF_8);
      HttpRequest put =
          request("/v2/" + repository + "/manifests/" + tag, authorization)
              .header("Content-Type", MANIFEST)
              .PUT(BodyPublishers.ofByteArray(manifest))
              .build();
      expect(201, send(put));
      return FakeRegistry.digest(manifest);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void upload(String authorization, String repository, byte[] blob)
      throws IOException, InterruptedException {
    HttpRequest post =
        request("/v2/" + repository + "/blobs/uploads/", authorization)
            .POST(BodyPublishers.noBody())
            .build();
    HttpResponse<String> started = expect(202, send(post));
    URI place = started.uri().resolve(started.headers().firstValue("Location").orElseThrow());
    String separator = place.getRawQuery() == null ? "?" : "&";
    HttpRequest put =
        HttpRequest.newBuilder(
                URI.create(place + separator + "digest=" + FakeRegistry.digest(blob)))
            .header("Authorization", authorization)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(blob))
            .build();
    expect(201, send(put));
  }

  private String authorization(String repository) throws IOException, InterruptedException {
    HttpRequest ask = HttpRequest.newBuilder(URI.create("http://" + registry + "/v2/")).build();
    HttpResponse<String> answer = send(ask);
    if (answer.statusCode() == 200) {
      return login;
    }
    AuthChallenge challenge =
        AuthChallenge.choose(answer.headers().allValues("WWW-Authenticate")).orElseThrow();
    if (challenge.scheme().equals("basic")) {
      return login;
    }
    String scope = "&scope=repository:" + repository + ":pull,push";
    URI realm = URI.create(challenge.parameter("realm").orElseThrow() + "?service=world" + scope);
    HttpResponse<String> token =
        expect(200, send(HttpRequest.newBuilder(realm).header("Authorization", login).build()));
    byte[] json = token.body().getBytes(StandardCharsets.UTF_8);
    return "Bearer " + Json.object(json).orElseThrow().path("token").textValue();
  }

  private HttpRequest.Builder request(String path, String authorization) {
    return HttpRequest.newBuilder(URI.create("http://" + registry + path))
        .header("Authorization", authorization);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  private static HttpResponse<String> expect(int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status) {
      throw new IllegalStateException(answer + ": " + answer.body());
    }
    return answer;
  }
}
