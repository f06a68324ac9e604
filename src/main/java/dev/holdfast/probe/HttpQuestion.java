package dev.holdfast.probe;

import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import dev.holdfast.probe.Prober.Sample;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One GET and what passes for it.
 *
 * @param verified whether the certificate must be valid: for a URL as users open it, not for a
 *     container's address
 * @param subject what messages call it, without anything secret that a URL may hold
 * @param body text that the answer must contain, or null
 */
record HttpQuestion(
    String host,
    int port,
    boolean tls,
    boolean verified,
    String target,
    Map<String, String> headers,
    List<Integer> statuses,
    @Nullable String body,
    String subject) {

  static HttpQuestion of(Probe.Check.Http check, String address) {
    boolean tls = check.scheme().equals("https");
    String path = check.path().startsWith("/") ? check.path() : "/" + check.path();
    return new HttpQuestion(
        address,
        check.port(),
        tls,
        false,
        encoded(path),
        check.headers(),
        check.statuses(),
        check.body(),
        "http port " + check.port() + " of " + address + withoutQuery(path));
  }

  static HttpQuestion of(Smoke.Http smoke, URI url) {
    boolean tls = url.getScheme().equals("https");
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    Map<String, String> headers = new TreeMap<>();
    if (url.getUserInfo() != null) {
      headers.put(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString(url.getUserInfo().getBytes(StandardCharsets.UTF_8)));
    }
    return new HttpQuestion(
        url.getHost(),
        url.getPort() > 0 ? url.getPort() : tls ? 443 : 80,
        tls,
        true,
        url.getRawQuery() == null ? path : path + "?" + url.getRawQuery(),
        headers,
        List.of(smoke.status()),
        smoke.body(),
        url.getScheme() + "://" + url.getHost() + path);
  }

  Sample judge(HttpGet.Answer answer) {
    if (!passes(answer.status())) {
      return new Sample.Refused(subject + " answered " + answer.status() + ", not " + wanted());
    }
    if (body != null && !answer.body().contains(body)) {
      return new Sample.Refused(
          subject + " answered " + answer.status() + " without the text '" + body + "'");
    }
    return new Sample.Passed(subject + " answered " + answer.status());
  }

  private boolean passes(int status) {
    return statuses.isEmpty() ? status >= 200 && status < 300 : statuses.contains(status);
  }

  private String wanted() {
    return statuses.isEmpty()
        ? "2xx"
        : String.join(" or ", statuses.stream().map(String::valueOf).toList());
  }

  /** The address as a URL and a Host header have it: IPv6 in brackets. */
  String authority() {
    String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return port == (tls ? 443 : 80) ? name : name + ":" + port;
  }

  private static String withoutQuery(String path) {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }

  /** What must not stand in a request line, a line break above all, goes encoded. */
  private static String encoded(String path) {
    StringBuilder out = new StringBuilder();
    for (byte value : path.getBytes(StandardCharsets.UTF_8)) {
      if (value > 0x20 && value < 0x7f) {
        out.append((char) value);
      } else {
        out.append(String.format("%%%02X", value));
      }
    }
    return out.toString();
  }
}
