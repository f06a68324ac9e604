package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Makes an index of two platforms out of an image that was pushed, as multi-platform builds do. */
final class Indexes {
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

  private Indexes() {}

  /** The digest of the image's own manifest. */
  static String push(String registry, String repository, String from, String to)
      throws IOException, InterruptedException {
    String base = "http://" + registry + "/v2/" + repository + "/manifests/";
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> image =
          client.send(
              HttpRequest.newBuilder(URI.create(base + from)).header("Accept", MANIFEST).build(),
              BodyHandlers.ofByteArray());
      String digest = image.headers().firstValue("docker-content-digest").orElseThrow();
      String entry =
          "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\",\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}}";
      String index =
          "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
              .formatted(
                  LIST,
                  entry.formatted(MANIFEST, image.body().length, digest, "amd64"),
                  entry.formatted(MANIFEST, image.body().length, digest, "arm64"));
      HttpResponse<String> pushed =
          client.send(
              HttpRequest.newBuilder(URI.create(base + to))
                  .header("Content-Type", LIST)
                  .PUT(BodyPublishers.ofString(index))
                  .build(),
              BodyHandlers.ofString());
      assertThat(pushed.statusCode()).as(pushed.body()).isEqualTo(201);
      return digest;
    }
  }
}
