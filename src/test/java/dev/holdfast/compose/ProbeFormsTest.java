package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.api;
import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.request;
import static dev.holdfast.compose.Loading.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Probe;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.WatchSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forms of a probe and of watch, and every refusal with its place. */
class ProbeFormsTest {
  private static Probe.Check check(String probe) {
    return Objects.requireNonNull(api("x-holdfast: { probe: " + probe + " }").probe()).check();
  }

  private static List<String> refusals(String probe) {
    return problems(request(service("x-holdfast: { probe: " + probe + " }")));
  }

  private static List<Integer> codes(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void statusesAreCodesClassesRangesAndLists() {
    assertThat(((Probe.Check.Http) check("{ http: { port: 80, status: 2xx } }")).statuses())
        .isEqualTo(codes(200, 299));
    assertThat(
            ((Probe.Check.Http) check("{ http: { port: 80, status: [200-201, 404] } }")).statuses())
        .containsExactly(200, 201, 404);
  }

  @ParameterizedTest
  @CsvSource({"6xx", "299-200", "20", "200-2000", "ok", "2Xy"})
  void whatIsNoStatusIsRefusedAtItsPlace(String status) {
    assertThat(refusals("{ http: { port: 80, status: " + status + " } }"))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:54: services.api.x-holdfast.probe.http.status takes");
  }

  @Test
  void anUrlIsAskedFromTheServer() {
    Probe.Check plain =
        new Probe.Check.Url(
            "https://api.example.com/health", List.of(200), null, new TreeMap<>(), null, false);

    assertThat(check("{ url: 'https://api.example.com/health' }")).isEqualTo(plain);
    assertThat(check("{ http: { url: 'https://api.example.com/health' } }")).isEqualTo(plain);
    assertThat(
            check(
                "{ url: { address: 'https://h/', status: 2xx, matches: 'o+k', verify: false,"
                    + " headers: { X-A: b } } }"))
        .isEqualTo(
            new Probe.Check.Url(
                "https://h/",
                codes(200, 299),
                null,
                new TreeMap<>(Map.of("X-A", "b")),
                "o+k",
                true));
  }

  @Test
  void certificatesOfAContainerAreVerifiedByTheNameInTheHostHeader() {
    Probe.Check.Http http =
        (Probe.Check.Http)
            check(
                "{ http: { port: 443, scheme: https, verify: true, headers: { host: a.example } }"
                    + " }");

    assertThat(http.verify()).isTrue();
    assertThat(refusals("{ http: { port: 443, scheme: https, verify: true } }"))
        .singleElement()
        .asString()
        .contains("verify needs headers.Host");
    assertThat(refusals("{ http: { port: 443, scheme: https, verify: true, headers: { A: b } } }"))
        .singleElement()
        .asString()
        .contains("verify needs headers.Host");
    assertThat(refusals("{ http: { port: 80, verify: true } }"))
        .singleElement()
        .asString()
        .contains("verify is for scheme https");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'(' | is no expression in RE2's language",
        "'(?=a)' | is no expression in RE2's language",
        "'((a{30}){30}){30}' | repeats more than 1000 times",
        "'a{999999999}' | repeats more than 1000 times",
        "'(a{100,}){11}' | repeats more than 1000 times",
        "'(a{1,100}){11}' | repeats more than 1000 times"
      })
  void anExpressionThatCouldCostTooMuchIsRefused(String expression, String reason) {
    assertThat(refusals("{ http: { port: 80, matches: '" + expression.replace("'", "") + "' } }"))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:55: ")
        .contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:9090/x, true",
    "HTTP://127.0.0.1:9090/x, true",
    "http://user@127.0.0.1:9090/x, true",
    "http://127.0.0.1:9090/a/../../x, true",
    "http://127.0.0.1:9091/x, false",
    "http://127.0.0.1/x, false",
    "https://127.0.0.1:9090/x, false",
    "http://127.0.0.1:9090.evil.example/x, false",
    "http://plain.example:80/x, true",
    "http://plain.example, true",
    "http://plain.example:443/x, false",
    "https://plain.example/x, false",
    "https://safe.example:443/x, true",
    "https://safe.example:80/x, false",
    "https://SAFE.example/x?next=1, true",
    "https://user:word@safe.example/x, true",
    "http://plain.example:65536/x, false"
  })
  void onlyAddressesThatAgentYamlAllowsAreAsked(String url, boolean allowed) {
    Permissions permissions =
        new Permissions(
            Set.of(),
            List.of(),
            List.of("*"),
            List.of("http://127.0.0.1:9090/*", "http://plain.example/*", "https://safe.example/*"));
    LoadRequest request =
        request(service("x-holdfast: { probe: { url: '" + url + "' } }"))
            .withPermissions(permissions);

    if (allowed) {
      assertThat(loaded(request).services().get("api").probe()).isNotNull();
    } else {
      assertThat(problems(request)).singleElement().asString().contains("probe.url");
    }
  }

  private static RolloutSpec rollout(String watch) {
    return loaded(
            request(
                "services: { api: { image: acme/api:1 } }\nx-holdfast: { watch: " + watch + " }\n"))
        .rollout();
  }

  @Test
  void watchIsADurationOrAMapThatSaysWhatElseCounts() {
    assertThat(rollout("60s").guards()).isNull();
    RolloutSpec spec =
        rollout(
            "{ for: 90s, log: { pattern: 'FATAL|panic' }, metrics: [{ prometheus:"
                + " 'http://127.0.0.1:9090', query: 'up == 0', max: 0.05 }] }");

    assertThat(spec.watch()).isEqualTo(Duration.ofSeconds(90));
    assertThat(spec.guards())
        .isEqualTo(
            new WatchSpec(
                List.of(new WatchSpec.LogPattern(null, "FATAL|panic")),
                List.of(new WatchSpec.Metric("http://127.0.0.1:9090", "up == 0", "0.05", null))));
    assertThat(rollout("{ log: [{ service: api, pattern: x }] }").watch())
        .isEqualTo(RolloutSpec.DEFAULT_WATCH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ log: { service: apo, pattern: x } } | x-holdfast.watch.log[0].service names no service",
        "{ log: {} } | x-holdfast.watch.log[0].pattern is missing",
        "{ metrics: { prometheus: 'http://h', query: up } } | metrics[0].max is missing",
        "{ metrics: { prometheus: 'http://h', query: up, max: lots } } | max must be a number",
        "{ metrics: { prometheus: 'file:///etc', query: up, max: 1 } } | prometheus must be a"
            + " whole",
        "{ metrics: { prometheus: 'http://h', max: 1 } } | query is missing",
        "{ until: 5s } | watch.until is not a known key",
        "[ 5s ] | x-holdfast.watch must be a map",
        "25h | x-holdfast.watch must be at most 24h"
      })
  void whatWatchCannotHonourIsRefused(String watch, String reason) {
    assertThat(
            problems(
                "services: { api: { image: acme/api:1 } }\nx-holdfast: { watch: " + watch + " }\n"))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:2:")
        .contains(reason);
  }

  @Test
  void aReleaseThatAsksForNothingNewKeepsItsId() {
    assertThat(rollout("30s")).isEqualTo(RolloutSpec.DEFAULT);
    assertThat(check("{ http: { port: 80 } }"))
        .isEqualTo(
            new Probe.Check.Http(
                80, "/", "http", List.of(200), null, new TreeMap<>(), null, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "migrate: {command: [a]} | migrate[0].service is missing",
        "migrate: {service: apo, command: [a]} | is no service of this release; did you mean"
            + " 'api'?",
        "migrate: {service: api} | command is missing",
        "migrate: {service: api, command: [a], mode: once} | mode must be run or exec",
        "migrate: {service: api, command: [a], on-rollback: undo} | must be keep, hold,",
        "migrate: {service: api, command: [a], on-rollback: [a]} | on-rollback must be a map",
        "smoke: {http: 'http://h/', status: 99} | is not a whole number from 100 to 599",
        "smoke: {http: x} | smoke[0].http must be a whole address",
        "after: {service: api} | command is missing"
      })
  void whatARolloutCannotDoIsRefused(String holdfast, String reason) {
    assertThat(problems("services: { api: { image: a } }\nx-holdfast: { " + holdfast + " }\n"))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:2:")
        .contains(reason);
  }

  @ParameterizedTest
  @CsvSource({"a", "/a b", "'/a\tb'"})
  void aPathIsOneOfARequest(String path) {
    assertThat(refusals("{ http: { port: 80, path: \"" + path + "\" } }"))
        .singleElement()
        .asString()
        .contains("path must start with '/' and hold no blanks");
  }
}
