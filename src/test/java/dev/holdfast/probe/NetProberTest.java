package dev.holdfast.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ContainerBuilder;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.WatchSpec;
import dev.holdfast.probe.Prober.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetProberTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final List<ServerSocket> servers = new ArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final NetProber prober = new NetProber((id, command, timeout, output) -> 0);

  @AfterEach
  void close() throws IOException {
    for (ServerSocket server : servers) {
      server.close();
    }
  }

  private int server(String answer) throws IOException {
    return server(
        "127.0.0.1",
        socket -> socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8)));
  }

  private interface Serving {
    void serve(Socket socket) throws IOException, InterruptedException;
  }

  private int server(String address, Serving serving) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName(address));
    servers.add(server);
    Thread.ofVirtual().start(() -> accept(server, serving));
    return server.getLocalPort();
  }

  private void accept(ServerSocket server, Serving serving) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        requests.add(head(socket.getInputStream()));
        serving.serve(socket);
      } catch (IOException | InterruptedException e) {
        // The other side left, or the test is over.
      }
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static ObservedContainer container(String... addresses) {
    ContainerBuilder container = ContainerBuilder.of("id", "shop", "api");
    for (int i = 0; i < addresses.length; i++) {
      container.address("n" + i, addresses[i]);
    }
    return container.build();
  }

  private static Probe.Check.Http http(int port, String body) {
    return new Probe.Check.Http(
        port, "/health", "http", List.of(200), body, new TreeMap<>(), null, false);
  }

  private Sample probe(Probe.Check check, Duration timeout) {
    return prober.probe(container("127.0.0.1"), check, timeout);
  }

  @Test
  void theWantedStatusPasses() throws Exception {
    int port = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assertThat(probe(http(port, null), SECOND)).isInstanceOf(Sample.Passed.class);
    assertThat(requests.getFirst())
        .startsWith("GET /health HTTP/1.1\r\n")
        .contains("Host: 127.0.0.1:" + port + "\r\n")
        .contains("Connection: close");
  }

  @Test
  void anyOtherStatusIsANoAndRedirectsAreNotFollowed() throws Exception {
    int port = server("HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n");
    assertThat(probe(http(port, null), SECOND))
        .isInstanceOfSatisfying(
            Sample.Refused.class,
            no -> assertThat(no.reason()).contains("302").contains("not 200"));
    assertThat(requests).hasSize(1);
  }

  @Test
  void theTextMustBeInTheBodyChunkedOrNot() throws Exception {
    int chunked =
        server(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"o\r\n4\r\nk\":1\r\n0\r\n\r\n");
    assertThat(probe(http(chunked, "\"ok\":1"), SECOND)).isInstanceOf(Sample.Passed.class);
    int closed = server("HTTP/1.0 200 OK\r\n\r\nall is well");
    assertThat(probe(http(closed, "is well"), SECOND)).isInstanceOf(Sample.Passed.class);
    assertThat(probe(http(closed, "is bad"), SECOND))
        .isInstanceOfSatisfying(
            Sample.Refused.class,
            no -> assertThat(no.reason()).contains("without the text 'is bad'"));
  }

  @Test
  void aHostHeaderOfTheProbeIsSentAsItIs() throws Exception {
    int port = server("HTTP/1.1 200 OK\r\n\r\n");
    var check =
        new Probe.Check.Http(
            port,
            "/",
            "http",
            List.of(200),
            null,
            new TreeMap<>(Map.of("Host", "shop.example.com")),
            null,
            false);
    assertThat(probe(check, SECOND)).isInstanceOf(Sample.Passed.class);
    assertThat(requests.getFirst())
        .contains("Host: shop.example.com\r\n")
        .doesNotContain("127.0.0.1");
  }

  @Test
  void aLineBreakInAPathCannotBecomeAHeader() throws Exception {
    int port = server("HTTP/1.1 200 OK\r\n\r\n");
    probe(
        new Probe.Check.Http(
            port, "/a\r\nX-Evil: 1", "http", List.of(200), null, new TreeMap<>(), null, false),
        SECOND);
    assertThat(requests.getFirst()).startsWith("GET /a%0D%0AX-Evil:%201 HTTP/1.1\r\n");
  }

  @Test
  void aRefusedConnectionIsANo() throws Exception {
    int port = server("");
    servers.getFirst().close();
    assertThat(probe(http(port, null), SECOND)).isInstanceOf(Sample.Refused.class);
    assertThat(probe(new Probe.Check.Tcp(port), SECOND)).isInstanceOf(Sample.Refused.class);
  }

  @Test
  void anOpenPortPasses() throws Exception {
    assertThat(probe(new Probe.Check.Tcp(server("")), SECOND)).isInstanceOf(Sample.Passed.class);
  }

  @Test
  void anAnswerThatDripsIsANoWhenTheTimeIsOver() throws Exception {
    int port =
        server(
            "127.0.0.1",
            socket -> {
              for (byte value : "HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8)) {
                socket.getOutputStream().write(value);
                Thread.sleep(100);
              }
            });
    long begun = System.nanoTime();
    assertThat(probe(http(port, null), Duration.ofMillis(500)))
        .isInstanceOfSatisfying(
            Sample.Refused.class, no -> assertThat(no.reason()).contains("500 ms"));
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(490), Duration.ofMillis(1500));
  }

  @Test
  void somethingElseThanHttpIsANo() throws Exception {
    assertThat(probe(http(server("SSH-2.0-OpenSSH\r\n"), null), SECOND))
        .isInstanceOfSatisfying(
            Sample.Refused.class, no -> assertThat(no.reason()).contains("did not answer in HTTP"));
  }

  @Test
  void aBodyWithoutAnEndIsReadOnlySoFar() throws Exception {
    int port =
        server(
            "127.0.0.1",
            socket -> {
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8));
              while (true) {
                socket.getOutputStream().write(new byte[8192]);
              }
            });
    assertThat(probe(http(port, "never there"), Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            Sample.Refused.class, no -> assertThat(no.reason()).contains("without the text"));
  }

  @Test
  void oneAddressOfSeveralIsEnough() throws Exception {
    int port =
        server(
            "127.0.0.2",
            socket ->
                socket
                    .getOutputStream()
                    .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(prober.probe(container("127.0.0.1", "127.0.0.2"), http(port, null), SECOND))
        .isInstanceOf(Sample.Passed.class);
  }

  @Test
  void withoutAnAddressOrARouteTheQuestionIsNotPut() {
    assertThat(prober.probe(container(), http(80, null), SECOND))
        .isInstanceOf(Sample.Unasked.class);
    for (IOException failure :
        List.of(
            new NoRouteToHostException("No route to host"),
            new ConnectException("Network is unreachable"),
            new UnknownHostException("x"))) {
      assertThat(
              Deadline.within(
                  SECOND,
                  "x",
                  () -> {
                    throw failure;
                  }))
          .isInstanceOf(Sample.Unasked.class);
    }
    assertThat(prober.http(new Smoke.Http("https://no-such-host.invalid/x", 200, null), SECOND))
        .isInstanceOf(Sample.Unasked.class);
  }

  @Test
  void aSmokeTestShowsNothingSecretOfItsUrl() throws Exception {
    int port = server("HTTP/1.1 503 Busy\r\n\r\n");
    Sample sample =
        prober.http(
            new Smoke.Http(
                "http://user:hunter2@127.0.0.1:" + port + "/ready?token=hunter2", 200, null),
            SECOND);
    assertThat(sample)
        .isInstanceOfSatisfying(
            Sample.Refused.class,
            no ->
                assertThat(no.reason())
                    .contains("503")
                    .contains("/ready")
                    .doesNotContain("hunter2"));
    assertThat(requests.getFirst())
        .startsWith("GET /ready?token=hunter2 HTTP/1.1\r\n")
        .contains("Authorization: Basic dXNlcjpodW50ZXIy");
  }

  @Test
  void aSmokeTestThatIsNoUrlIsNotPut() {
    for (String url : List.of("file:///etc/passwd", "http://", "::", "ftp://x/")) {
      assertThat(prober.http(new Smoke.Http(url, 200, null), SECOND))
          .as(url)
          .isInstanceOf(Sample.Unasked.class);
    }
  }

  private static Sample exec(Running running) {
    return new NetProber((id, command, timeout, output) -> running.run(command, output))
        .probe(container(), new Probe.Check.Exec(List.of("check", "-x")), SECOND);
  }

  @Test
  void F68_anExecSaysYesOrNoByItsStatus() {
    assertThat(exec((command, output) -> 0)).isInstanceOf(Sample.Passed.class);
    assertThat(
            exec(
                (command, output) -> {
                  output.accept("database is away");
                  output.accept("");
                  return 7;
                }))
        .isEqualTo(new Sample.Refused("check ended with 7: database is away"));
    assertThat(
            exec(
                (command, output) -> {
                  throw new EngineException.TimedOut("it still runs");
                }))
        .isInstanceOf(Sample.Refused.class);
  }

  @Test
  void F68_anEngineThatCannotExecIsNoAnswerOfTheService() {
    for (EngineException failure :
        List.of(
            new EngineException.Ambiguous("hangs", null),
            new EngineException.Unreachable("away", null),
            new EngineException.Conflict("not running"),
            new EngineException.NotFound("gone"))) {
      assertThat(
              exec(
                  (command, output) -> {
                    throw failure;
                  }))
          .isEqualTo(new Sample.Unasked(String.valueOf(failure.getMessage())));
    }
  }

  private interface Running {
    int run(List<String> command, Consumer<String> output);
  }

  private Sample url(int port, String matches) {
    Probe.Check.Url check =
        new Probe.Check.Url(
            "http://127.0.0.1:" + port + "/h", List.of(200), null, new TreeMap<>(), matches, false);
    return probe(check, SECOND);
  }

  @Test
  void anUrlIsAskedFromTheHostAndItsBodyHeldAgainstAnExpression() throws Exception {
    int port = server("HTTP/1.1 200 OK\r\n\r\nstatus: ok 12\n");

    assertThat(url(port, "ok [0-9]+")).isInstanceOf(Sample.Passed.class);
    assertThat(url(port, "^ok$")).isInstanceOf(Sample.Refused.class);
    assertThat(url(port, null)).isInstanceOf(Sample.Passed.class);
  }

  @Test
  void anExpressionThatWouldBacktrackForEverTakesNoTime() throws Exception {
    int port = server("HTTP/1.1 200 OK\r\n\r\n" + "a".repeat(20_000) + "!");

    assertThat(url(port, "^(a+)+$")).isInstanceOf(Sample.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "[fe80::1]",
        "0.0.0.0",
        "168.63.129.16",
        "100.100.100.200",
        "224.0.0.1",
        "[fd00:ec2::254]",
        "[::ffff:169.254.169.254]"
      })
  void theLinkAndTheCloudsOwnServicesAreAskedForNobody(String host) {
    Probe.Check.Url check =
        new Probe.Check.Url(
            "http://" + host + "/latest/meta-data",
            List.of(200),
            null,
            new TreeMap<>(),
            null,
            false);

    assertThat(probe(check, SECOND))
        .isInstanceOfSatisfying(
            Sample.Unasked.class,
            asked -> assertThat(asked.reason()).contains("asks it for no app"));
  }

  @Test
  void aContainerIsReachedWhereItsKernelRefuses() {
    assertThat(prober.reach(container("127.0.0.1"), SECOND)).isInstanceOf(Sample.Passed.class);
    assertThat(prober.reach(container(), SECOND)).isInstanceOf(Sample.Unasked.class);
  }

  @Test
  void aBeatKnowsTheFirstAndTheLastAnswer() throws Exception {
    boolean[] well = {false};
    int port =
        server(
            "127.0.0.1",
            socket ->
                socket
                    .getOutputStream()
                    .write(
                        ("HTTP/1.1 " + (well[0] ? 200 : 503) + " X\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8)));
    try (Prober.Beat beat =
        prober.beat(container("127.0.0.1"), http(port, null), SECOND.multipliedBy(20))) {
      Thread.sleep(200);
      assertThat(beat.first()).isEmpty();
      long turned = System.nanoTime();
      well[0] = true;
      await().atMost(SECOND.multipliedBy(10)).until(() -> beat.first().isPresent());
      Thread.sleep(300);
      beat.close();
      assertThat(beat.first().getAsLong()).isGreaterThanOrEqualTo(turned);
      assertThat(beat.last().getAsLong()).isGreaterThan(beat.first().getAsLong());
    }
    int asked = requests.size();
    Thread.sleep(300);
    assertThat(requests.size()).isLessThanOrEqualTo(asked + 1);
  }

  @Test
  void aBeatEndsByItself() throws Exception {
    int port = server("HTTP/1.1 200 OK\r\n\r\n");
    prober.beat(container("127.0.0.1"), http(port, null), Duration.ofMillis(200));
    Thread.sleep(1500);
    int asked = requests.size();
    Thread.sleep(500);
    assertThat(requests).hasSize(asked);
  }

  private Prober.Reading query(String answer) throws IOException {
    int port = server(answer);
    return prober.read(
        new WatchSpec.Metric("http://127.0.0.1:" + port + "/", "up{job=\"a b\"}", "1", null),
        SECOND);
  }

  @Test
  void aQueryIsPutByPrometheusApiAndGivesEveryValue() throws Exception {
    Prober.Reading reading =
        query(
            "HTTP/1.1 200 OK\r\n\r\n{\"status\":\"success\",\"data\":{\"resultType\":\"vector\","
                + "\"result\":[{\"metric\":{\"pod\":\"a\"},\"value\":[1,\"0.5\"]},"
                + "{\"metric\":{},\"value\":[1,\"+Inf\"]},{\"metric\":{},\"value\":[1,\"NaN\"]}]}}");

    assertThat(reading)
        .isEqualTo(
            new Prober.Reading.Values(
                List.of(
                    new Prober.Reading.Value("{\"pod\":\"a\"}", 0.5),
                    new Prober.Reading.Value("{}", Double.POSITIVE_INFINITY))));
    assertThat(requests.getFirst())
        .startsWith("GET /api/v1/query?query=up%7Bjob%3D%22a+b%22%7D HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\n\r\n{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
        "HTTP/1.1 400 Bad\r\n\r\n{\"status\":\"error\",\"error\":\"parse error\"}",
        "HTTP/1.1 200 OK\r\n\r\n<html>",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "nonsense"
      })
  void aMonitoringThatCannotAnswerSaysNothing(String answer) throws Exception {
    assertThat(query(answer)).isInstanceOf(Prober.Reading.None.class);
  }
}
