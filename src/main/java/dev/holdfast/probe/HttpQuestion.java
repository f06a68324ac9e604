package dev.holdfast.probe;

import com.google.re2j.Pattern;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import dev.holdfast.probe.Prober.Sample;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One GET and what passes for it.
 *
 * @param tls null for plain HTTP
 * @param guarded whether the address came from a source as it stands, and so must not lead to the
 *     host's own link
 * @param subject what messages call it, without anything secret that a URL may hold
 * @param body text that the answer must contain, or null
 * @param matches an RE2 expression that must be found in the answer, or null
 */
record HttpQuestion(
    String host,
    int port,
    @Nullable Tls tls,
    boolean guarded,
    String target,
    Map<String, String> headers,
    List<Integer> statuses,
    @Nullable String body,
    @Nullable String matches,
    String subject) {
  /**
   * @param verified whether the certificate must be valid: for a URL as users open it, not for a
   *     container's address
   * @param name that it must be good for
   */
  record Tls(boolean verified, String name) {}

  static HttpQuestion of(Probe.Check.Http check, String address) {
    Tls tls = check.scheme().equals("https") ? new Tls(check.verify(), name(check, address)) : null;
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
        check.matches(),
        check.scheme() + "://" + host(address) + ":" + check.port() + withoutQuery(path));
  }

  /** As an address stands in a URL, so that it can be copied into a curl. */
  private static String host(String address) {
    return address.indexOf(':') < 0 ? address : "[" + address + "]";
  }

  private static String name(Probe.Check.Http check, String address) {
    return check.headers().entrySet().stream()
        .filter(header -> check.verify() && header.getKey().equalsIgnoreCase("Host"))
        .map(header -> header.getValue().replaceFirst(":\\d+$", ""))
        .findFirst()
        .orElse(address);
  }

  static HttpQuestion of(Smoke.Http smoke, URI url) {
    return of(url, new TreeMap<>(), List.of(smoke.status()), smoke.body(), null, true);
  }

  static HttpQuestion of(Probe.Check.Url check, URI url) {
    return of(
        url, check.headers(), check.statuses(), check.body(), check.matches(), !check.insecure());
  }

  /** As a user asks, from the host. */
  static HttpQuestion of(
      URI url,
      Map<String, String> given,
      List<Integer> statuses,
      @Nullable String body,
      @Nullable String matches,
      boolean verified) {
    boolean tls = url.getScheme().equalsIgnoreCase("https");
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    Map<String, String> headers = new TreeMap<>(given);
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
        tls ? new Tls(verified, url.getHost()) : null,
        true,
        url.getRawQuery() == null ? path : path + "?" + url.getRawQuery(),
        headers,
        statuses,
        body,
        matches,
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
    if (matches != null && !Pattern.compile(matches).matcher(answer.body()).find()) {
      return new Sample.Refused(
          subject + " answered " + answer.status() + " without a match of '" + matches + "'");
    }
    return new Sample.Passed(subject + " answered " + answer.status());
  }

  private boolean passes(int status) {
    return statuses.isEmpty() ? status >= 200 && status < 300 : statuses.contains(status);
  }

  private String wanted() {
    return statuses.isEmpty() ? "2xx" : String.join(" or ", spans());
  }

  /** 200, 201, 202, 301 as 200-202 and 301. */
  private List<String> spans() {
    List<String> spans = new ArrayList<>();
    List<Integer> sorted = statuses.stream().sorted().distinct().toList();
    for (int i = 0; i < sorted.size(); i++) {
      int first = sorted.get(i);
      while (i + 1 < sorted.size() && sorted.get(i + 1) == sorted.get(i) + 1) {
        i++;
      }
      int last = sorted.get(i);
      spans.add(first == last ? String.valueOf(first) : first + "-" + last);
    }
    return spans;
  }

  /** Whether the answer's body is wanted at all. */
  boolean readsBody() {
    return body != null || matches != null;
  }

  /** The address as a URL and a Host header have it: IPv6 in brackets. */
  String authority() {
    String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return port == (tls != null ? 443 : 80) ? name : name + ":" + port;
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
