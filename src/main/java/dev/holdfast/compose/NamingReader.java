package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.EngineOptions.Link;
import dev.holdfast.model.EngineOptions.Naming;
import dev.holdfast.model.Sharing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code domainname}, {@code mac_address}, {@code dns} and kin, and the further names of {@code
 * links} and {@code external_links}. That a linked service exists is the {@link
 * DependenciesReader}'s to say.
 */
final class NamingReader {
  static final Pattern MAC = Pattern.compile("(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}");
  private static final Pattern DOMAIN = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,253})?");
  private static final Pattern ALIAS = Pattern.compile("[a-zA-Z0-9_](?:[a-zA-Z0-9_.-]{0,253})?");
  private static final Pattern OPTION = Pattern.compile("[a-zA-Z0-9-]+(:[0-9]+)?");

  private final Fields service;
  private final Siblings siblings;

  NamingReader(Fields service, Siblings siblings) {
    this.service = service;
    this.siblings = siblings;
  }

  @Nullable Naming read() {
    Naming naming =
        new Naming(
            matching("domainname", DOMAIN, "is not a domain's name"),
            matching("mac_address", MAC, "is not a MAC address such as 02:42:ac:11:00:02"),
            addresses(),
            all("dns_search", Pattern.compile("\\.|" + DOMAIN), "takes names of domains"),
            all("dns_opt", OPTION, "takes options of the resolver such as ndots:1"),
            links());
    return naming.equals(Naming.NONE) ? null : naming;
  }

  private @Nullable String matching(String key, Pattern pattern, String why) {
    String text = service.text(key);
    if (text != null && !pattern.matcher(text).matches()) {
      service.error(key, why);
    }
    return text;
  }

  private List<String> all(String key, Pattern pattern, String why) {
    List<String> texts = service.texts(key).stream().distinct().toList();
    if (!texts.stream().allMatch(text -> pattern.matcher(text).matches())) {
      service.error(key, why + "; one of these is none");
    }
    return texts;
  }

  private List<String> addresses() {
    List<String> addresses = service.texts("dns").stream().distinct().toList();
    if (!addresses.stream().allMatch(Addresses::isAddress)) {
      service.error("dns", "takes addresses of IPv4 or IPv6; one of these is none");
    }
    return addresses;
  }

  private List<Link> links() {
    List<Link> links = new ArrayList<>();
    for (Value item : service.items("links")) {
      if (item instanceof Scalar scalar) {
        String[] parts = scalar.text().split(":", 2);
        // Under its own name a service is found on every network anyway, but not on the bridge.
        if (isOnBridge() || (parts.length == 2 && !parts[0].equals(parts[1]))) {
          link(links, scalar, Sharing.service(parts[0]), parts[parts.length - 1], "links");
        }
      }
    }
    for (Value item : service.items("external_links")) {
      if (item instanceof Scalar scalar) {
        external(links, scalar);
      } else {
        refuse(item, "external_links");
      }
    }
    return links;
  }

  private boolean isOnBridge() {
    String mode = service.get("network_mode") instanceof Scalar scalar ? scalar.text() : "";
    return mode.equals("bridge") || mode.equals("default");
  }

  private void external(List<Link> links, Scalar scalar) {
    String[] parts = scalar.text().split(":", 2);
    if (!NamespacesReader.CONTAINER.matcher(parts[0]).matches()) {
      refuse(scalar, "external_links");
    } else if (isOnBridge()) {
      service
          .problems()
          .error(
              scalar.place(),
              service.path("external_links")
                  + " on the engine's own bridge would hand over the other container's variables;"
                  + " put both on a network");
    } else {
      String to =
          Objects.requireNonNull(
              siblings.mode(Sharing.container(parts[0])), "a container is meant");
      link(links, scalar, to, parts[parts.length - 1], "external_links");
    }
  }

  private void link(List<Link> links, Scalar at, String to, String alias, String key) {
    if (ALIAS.matcher(alias).matches()) {
      links.add(new Link(to, alias));
    } else {
      refuse(at, key);
    }
  }

  private void refuse(Value at, String key) {
    service
        .problems()
        .error(at.place(), service.path(key) + " takes items of the form name or name:alias");
  }
}
