package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What deploy/ gives to Prometheus and Grafana, against the real Prometheus and a real agent. */
class PrometheusIT {
  private static final Path DEPLOY = Path.of("deploy").toAbsolutePath();
  private static final Pattern METRIC = Pattern.compile("\\bholdfast_[a-z_]+");
  private static final ObjectMapper JSON = new ObjectMapper();
  @RegisterExtension static final Server server = new Server();

  private static Shell.Ended promtool(String... words) {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(words));
    return Shell.run(command, DEPLOY.resolve("prometheus"), Map.of());
  }

  @Test
  void theExamplesAreValidAndTheRulesAlertWhenTheySay() {
    promtool("check", "config", "scrape.yml").orFail();
    promtool("check", "rules", "alerts.yml").orFail();
    promtool("test", "rules", "alerts_test.yml").orFail();
  }

  @Test
  void prometheusReadsTheAgentAndAnswersWhatTheDashboardAsks() throws Exception {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitPhase(app, "Synced");
    String metrics = server.api().get("/q/metrics");
    Path file = Files.writeString(server.folder().resolve("metrics.txt"), metrics);
    Shell.run(List.of("sh", "-c", "promtool check metrics < \"$0\"", file.toString())).orFail();

    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process prometheus = started(port);
    try {
      String info = "holdfast_app_info{app=\"" + app.name + "\"}";
      server.until(
          Server.SOON,
          "Prometheus to know the app",
          () -> ask(port, info),
          answer -> !answer.path("data").path("result").isEmpty());
      assertThat(ask(port, "up{job=\"holdfast\"}").at("/data/result/0/value/1").asText())
          .isEqualTo("1");
      for (String query : queries()) {
        JsonNode answer = ask(port, query);
        assertThat(answer.path("status").asText()).as("%s: %s", query, answer).isEqualTo("success");
      }
      assertThat(metricsOf(String.join("\n", queries()))).isSubsetOf(documented());
    } finally {
      prometheus.destroy();
      prometheus.waitFor();
    }
  }

  @Test
  void dashboardAndAlertsNameOnlyMetricsThatTheAgentHas() throws IOException {
    String rules = Files.readString(DEPLOY.resolve("prometheus/alerts.yml"));
    assertThat(metricsOf(rules)).isNotEmpty().isSubsetOf(documented());
  }

  private static Process started(int port) throws IOException {
    Path folder = server.folder();
    String config =
        Files.readString(DEPLOY.resolve("prometheus/scrape.yml"))
            .replace("127.0.0.1:7460", "127.0.0.1:" + server.api().port())
            .replace("scrape_interval: 15s", "scrape_interval: 1s");
    Files.writeString(folder.resolve("scrape.yml"), config);
    Files.copy(DEPLOY.resolve("prometheus/alerts.yml"), folder.resolve("alerts.yml"));
    return new ProcessBuilder(
            "prometheus",
            "--config.file=" + folder.resolve("scrape.yml"),
            "--storage.tsdb.path=" + folder.resolve("prometheus"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("prometheus.log").toFile())
        .start();
  }

  private static JsonNode ask(int port, String query) {
    URI address =
        URI.create(
            "http://127.0.0.1:"
                + port
                + "/api/v1/query?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(address).build();
      return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      return JSON.createObjectNode(); // not up yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Each query of the dashboard as Grafana would send it for everything over a day. */
  private static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    JsonNode dashboard = JSON.readTree(DEPLOY.resolve("grafana/holdfast.json").toFile());
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(
            target
                .path("expr")
                .asText()
                .replace("$__range_s", "86400")
                .replace("$__range", "1d")
                .replace("$instance", ".*")
                .replace("$app", ".*"));
      }
    }
    assertThat(queries).hasSizeGreaterThan(10);
    return queries;
  }

  private static Set<String> metricsOf(String text) {
    Set<String> names = new TreeSet<>();
    METRIC.matcher(text).results().forEach(found -> names.add(found.group()));
    return names;
  }

  private static Set<String> documented() throws IOException {
    Set<String> names = metricsOf(Files.readString(Path.of("docs/metrics.md")));
    names.add("holdfast_deployment_duration_seconds_bucket");
    return names;
  }
}
