package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.PortMapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code ports}, short and long. A container port alone is published on any free port; two ranges
 * must be of one length; a host range for one container port lets the engine pick a free one. A
 * mapping given twice counts once, the later one.
 */
final class PortsReader {
  private static final String IP = "\\[[0-9A-Fa-f:.]{2,45}]|[0-9]{1,3}(?:\\.[0-9]{1,3}){3}";
  private static final Pattern SHORT =
      Pattern.compile(
          "(?:(?:(?<ip>"
              + IP
              + "):)?(?<host>[0-9]*(?:-[0-9]+)?):)?(?<target>[0-9]+(?:-[0-9]+)?)(?:/(?<protocol>[A-Za-z]+))?");
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");
  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp");
  private static final int HIGHEST = 65_535;
  private static final int LONGEST_SPEC = 200;
  private static final int MOST_PORTS = 2000;

  private final Problems problems;
  private final Map<String, PortMapping> found = new LinkedHashMap<>();

  private PortsReader(Fields service) {
    this.problems = service.problems();
  }

  static List<PortMapping> read(Fields service) {
    PortsReader reader = new PortsReader(service);
    List<Value> items = service.items("ports");
    for (int i = 0; i < items.size(); i++) {
      reader.item(items.get(i), service.path("ports") + "[" + i + "]");
    }
    return List.copyOf(reader.found.values());
  }

  private record Range(int first, int last) {
    int size() {
      return last - first + 1;
    }

    String text() {
      return first == last ? String.valueOf(first) : first + "-" + last;
    }
  }

  private void item(Value item, String path) {
    if (item instanceof Scalar scalar) {
      shortForm(scalar, path);
      return;
    }
    Fields fields = Fields.of(item, path, problems);
    if (fields != null) {
      longForm(fields);
    }
  }

  private void shortForm(Scalar scalar, String path) {
    String text = scalar.text().strip();
    Matcher matcher = SHORT.matcher(text);
    if (text.length() > LONGEST_SPEC || !matcher.matches()) {
      problems.error(
          scalar.place(),
          path
              + ": "
              + scalar.shown()
              + " is not a port mapping; write \"8080:80\", \"127.0.0.1:8080:80\" or \"80\"");
      return;
    }
    String ip = matcher.group("ip");
    String host = matcher.group("host");
    Optional<Range> target = range(matcher.group("target"));
    Optional<Range> published = host == null || host.isEmpty() ? Optional.empty() : range(host);
    if (target.isEmpty()
        || target.get().first() == 0
        || (published.isEmpty() && host != null && !host.isEmpty())) {
      problems.error(
          scalar.place(),
          path
              + ": "
              + scalar.shown()
              + " has a port that is not between 1 and 65535, or a range that runs backwards");
      return;
    }
    add(
        scalar.place(),
        path,
        ip == null ? null : ip.replaceAll("[\\[\\]]", ""),
        published.orElse(null),
        target.get(),
        protocol(matcher.group("protocol")));
  }

  private void longForm(Fields fields) {
    Keys.PORT.check(fields);
    Integer target = fields.integer("target", 1, HIGHEST);
    if (target == null) {
      if (fields.get("target") == null) {
        fields.error("target", "is missing; name the container's port");
      }
      return;
    }
    String written = fields.text("published");
    Optional<Range> published = written == null ? Optional.empty() : range(written);
    if (written != null && published.isEmpty()) {
      fields.error("published", "is not a port or a range of ports from 1 to 65535");
      return;
    }
    add(
        fields.mapping().place(),
        fields.path(),
        fields.text("host_ip"),
        published.orElse(null),
        new Range(target, target),
        protocol(fields.text("protocol")));
  }

  private void add(
      Place place,
      String path,
      @Nullable String ip,
      @Nullable Range published,
      Range target,
      String protocol) {
    if (!PROTOCOLS.contains(protocol)) {
      problems.error(place, path + ": the protocol must be tcp, udp or sctp");
    } else if (ip != null && !ADDRESS.matcher(ip).matches()) {
      problems.error(place, path + ": the host's address must be an IP address");
    } else if (found.size() + target.size() > MOST_PORTS) {
      problems.error(
          place,
          path
              + ": the service publishes more than "
              + MOST_PORTS
              + " ports; use network_mode: host");
    } else if (target.size() == 1) {
      put(
          new PortMapping(
              ip,
              published == null || isZero(published) ? null : published.text(),
              target.first(),
              protocol));
    } else if (published != null && published.size() != target.size()) {
      problems.error(place, path + ": the two ranges differ in length; make them equal");
    } else {
      for (int i = 0; i < target.size(); i++) {
        put(
            new PortMapping(
                ip,
                published == null ? null : String.valueOf(published.first() + i),
                target.first() + i,
                protocol));
      }
    }
  }

  private static boolean isZero(Range range) {
    return range.first() == 0;
  }

  private void put(PortMapping port) {
    found.put(
        port.hostIp() + ":" + port.published() + ":" + port.target() + "/" + port.protocol(), port);
  }

  private static String protocol(@Nullable String written) {
    return written == null ? "tcp" : written.toLowerCase(Locale.ROOT);
  }

  private static Optional<Range> range(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    boolean valid = last <= HIGHEST && first <= last && (first > 0 || last == 0);
    return valid ? Optional.of(new Range(first, last)) : Optional.empty();
  }

  /**
   * {@code expose}: documentation for people and proxies, and opened on the container's networks
   * anyway.
   */
  static List<String> exposed(Fields service) {
    List<String> exposed = service.texts("expose").stream().map(String::strip).distinct().toList();
    for (String port : exposed) {
      if (!port.matches("[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp|sctp))?")) {
        service.error("expose", "takes ports such as \"3000\" or \"53/udp\"");
      }
    }
    return exposed;
  }
}
