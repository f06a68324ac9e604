package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Memory;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Apps;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The description says what the API is: no more, no less, and in the form of its real answers. */
@QuarkusTest
@TestProfile(TestAgent.class)
class OpenApiTest {
  private static final String AUTH = "Authorization: Bearer token";
  private static final List<Class<?>> RESOURCES =
      List.of(
          AppsResource.class,
          DeploymentsResource.class,
          DoraResource.class,
          EventsResource.class,
          OpenApiResource.class);
  private static final String SECOND = "20261120T130000Z-4f3c2a1b9d0e";

  @Inject FakeApps apps;
  @Inject Pulls pulls;
  @Inject ObjectMapper mapper;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void appsInEveryState() throws IOException {
    Files.writeString(TestAgent.TOKEN, "token");
    apps.clear();
    AppView shop = Views.synced("shop");
    apps.put(shop);
    apps.put(Views.progressing(Views.NEW, SECOND).apply(Views.synced("blog")));
    apps.put(Views.held(new Memory.Hold("why", "root", Views.NOON)).apply(Views.synced("held")));
    apps.put(
        Views.quarantined("no such image")
            .apply(Views.progressing(Views.NEW, SECOND).apply(Views.synced("ill"))));
    apps.put(Views.phase(Phase.Unknown, "not looked").apply(Views.synced("new")));
    apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.ROLLED_BACK, Views.NOON));
    apps.put(Views.deployment("blog", SECOND, Status.IN_PROGRESS, Views.NOON));
  }

  @Test
  void everyResourceIsDescribedAndNothingElse() throws IOException {
    Set<String> served = new TreeSet<>();
    for (Class<?> resource : RESOURCES) {
      String base = resource.getAnnotation(Path.class).value();
      for (Method method : resource.getDeclaredMethods()) {
        Path path = method.getAnnotation(Path.class);
        String full = path == null ? base : base + "/" + path.value();
        if (method.isAnnotationPresent(GET.class)) {
          served.add("get " + full);
        } else if (method.isAnnotationPresent(POST.class)) {
          served.add("post " + full);
        }
      }
    }
    Set<String> described = new TreeSet<>();
    description()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        name -> {
                          if (!name.equals("parameters")) {
                            described.add(name + " " + path.getKey());
                          }
                        }));
    // A route of its own, as it is no request with one answer.
    served.add("get /api/v1/apps/{app}/shell");
    assertThat(described).isEqualTo(served);
  }

  @Test
  void theActionsAreThoseThatTheApiTakes() throws IOException {
    JsonNode actions =
        description().at("/paths/~1api~1v1~1apps~1{app}~1{action}/parameters/1/schema/enum");
    Set<String> described = new TreeSet<>();
    actions.forEach(action -> described.add(action.asText()));
    Set<String> taken = new TreeSet<>();
    for (Actions.Action action : Actions.Action.values()) {
      taken.add(action.text());
    }
    assertThat(described).isEqualTo(taken);
  }

  @Test
  void realAnswersHaveTheFormThatIsDescribed() throws IOException {
    pulls.at(new Pulls.Pull("blog", "ghcr.io/acme/api:1.4.3", 1, 2));
    matches("/api/v1/apps", "/paths/~1api~1v1~1apps/get");
    matches("/api/v1/apps/blog/pulls", "/paths/~1api~1v1~1apps~1{app}~1pulls/get");
    matches("/api/v1/apps/shop/diff", "/paths/~1api~1v1~1apps~1{app}~1diff/get");
    matches("/api/v1/apps/ill/diff", "/paths/~1api~1v1~1apps~1{app}~1diff/get");
    matches("/api/v1/apps/ill/why", "/paths/~1api~1v1~1apps~1{app}~1why/get");
    Instant noon = Views.NOON;
    Saved saved =
        new Saved(
            "shop",
            Views.DEPLOYMENT,
            "db",
            "command",
            "db",
            null,
            noon,
            noon,
            9,
            8,
            "ab",
            true,
            Saved.Purpose.BEFORE_RESTORE,
            "ann");
    Operation operation =
        new Operation(
            Views.DEPLOYMENT,
            Operation.Kind.RESTORE,
            SECOND,
            List.of("db"),
            true,
            "ann",
            noon,
            Operation.Phase.FAILED,
            noon,
            "why",
            List.of(new Operation.Stopped("c1", "api", RestartPolicy.NO)),
            1);
    apps.data("shop", new Apps.Data(operation, List.of(saved), saved.id(), Set.of(saved.id())));
    matches("/api/v1/apps/shop/backups", "/paths/~1api~1v1~1apps~1{app}~1backups/get");
    matches("/api/v1/apps/blog/backups", "/paths/~1api~1v1~1apps~1{app}~1backups/get");
    matches("/api/v1/dora", "/paths/~1api~1v1~1dora/get");
    assertDescribed(
        "/paths/~1api~1v1~1apps~1{app}~1migrations/post/responses/200/content/application~1json/schema",
        Wire.send(address.getPort(), "POST /api/v1/apps/shop/migrations", "", AUTH).json());
    matches("/api/v1/deployments", "/paths/~1api~1v1~1deployments/get");
    pulls.ended("blog", "ghcr.io/acme/api:1.4.3");
    assertDescribed(
        "/components/schemas/App", Wire.get(address.getPort(), "/api/v1/apps/held").json());
    assertDescribed(
        "/components/schemas/App",
        Wire.send(address.getPort(), "POST /api/v1/apps/shop/hold", "", AUTH).json());
    assertDescribed(
        "/components/schemas/Deployment",
        Wire.get(address.getPort(), "/api/v1/deployments/" + SECOND).json());
    assertDescribed(
        "/components/schemas/Problem", Wire.get(address.getPort(), "/api/v1/nothing").json());
  }

  private void matches(String path, String operation) throws IOException {
    JsonNode value = Wire.get(address.getPort(), path).json();
    assertThat(value.isEmpty()).as(path + " shows something").isFalse();
    assertDescribed(operation + "/responses/200/content/application~1json/schema", value);
  }

  private void assertDescribed(String pointer, JsonNode value) throws IOException {
    JsonNode description = description();
    assertThat(description.at(pointer).isObject()).as(pointer).isTrue();
    assertThat(new Schema(description).differences(description.at(pointer), value))
        .as(value.toString())
        .isEmpty();
  }

  @Test
  void aFormThatIsOtherwiseIsNoticed() throws IOException {
    JsonNode description = description();
    JsonNode schema = description.at("/components/schemas/Pull");
    assertThat(
            new Schema(description)
                .differences(schema, mapper.readTree("{\"app\":1,\"image\":\"x\",\"more\":2}")))
        .hasSize(4);
  }

  @Test
  void itIsServedAsYamlAndAsJson() throws IOException {
    Wire.Answer yaml = Wire.get(address.getPort(), "/q/openapi");
    assertThat(yaml.type()).contains("application/yaml");
    assertThat(yaml.body()).contains("openapi: 3.1.0");
    assertThat(Wire.get(address.getPort(), "/q/openapi?format=xml").status()).isEqualTo(400);
    assertThat(Wire.get(address.getPort(), "/q/openapi", "Host: evil.example.com").status())
        .isEqualTo(403);
  }

  private JsonNode description() throws IOException {
    Wire.Answer answer = Wire.get(address.getPort(), "/q/openapi?format=json");
    assertThat(answer.type()).contains("application/json");
    return answer.json();
  }
}
