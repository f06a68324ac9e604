package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.Devices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code devices}, {@code device_cgroup_rules}, {@code gpus} and {@code
 * deploy.resources.reservations.devices}: all of them need leave.
 */
final class DevicesReader {
  private static final Pattern CDI =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9_.-]*/[a-zA-Z0-9_-]+=[a-zA-Z0-9_.:-]+");
  private static final Pattern RULE =
      Pattern.compile("[acb] ([0-9]{1,5}|\\*):([0-9]{1,5}|\\*) [rwm]{1,3}");
  private static final Pattern PERMISSIONS = Pattern.compile("[rwm]{1,3}");
  private static final int ALL = -1;
  private static final int MOST = 1000;
  private static final String GIVES = "gives the container devices of the server";

  private final Fields service;
  private final Grants grants;
  private final List<Devices.Request> requests = new ArrayList<>();

  DevicesReader(Fields service, Project project) {
    this.service = service;
    this.grants = new Grants(project, service);
  }

  @Nullable Devices read() {
    List<Devices.Device> mapped = mapped();
    gpus();
    reserved();
    Devices devices = new Devices(mapped, requests, rules());
    return devices.equals(Devices.NONE) ? null : devices;
  }

  private List<Devices.Device> mapped() {
    List<Devices.Device> found = new ArrayList<>();
    List<String> cdi = new ArrayList<>();
    for (Value item : service.items("devices")) {
      grants.need("devices", item, "devices", GIVES);
      if (item instanceof Scalar scalar && CDI.matcher(scalar.text()).matches()) {
        cdi.add(scalar.text());
      } else {
        device(item).ifPresent(found::add);
      }
    }
    if (!cdi.isEmpty()) {
      requests.add(new Devices.Request("cdi", null, cdi, List.of(), new TreeMap<>()));
    }
    return found;
  }

  private Optional<Devices.Device> device(Value item) {
    if (item instanceof Scalar scalar) {
      String[] parts = scalar.text().split(":", -1);
      boolean onlyRights = parts.length == 2 && PERMISSIONS.matcher(parts[1]).matches();
      String target = parts.length > 1 && !onlyRights ? parts[1] : parts[0];
      String rights = onlyRights ? parts[1] : parts.length > 2 ? parts[2] : "rwm";
      return device(item, parts.length > 3 ? "" : parts[0], target, rights);
    }
    Fields fields = Fields.of(item, service.path("devices"), service.problems());
    if (fields == null) {
      return Optional.empty();
    }
    Keys.DEVICE.check(fields);
    String source = Optional.ofNullable(fields.text("source")).orElse("");
    String target = Optional.ofNullable(fields.text("target")).orElse(source);
    return device(
        item, source, target, Optional.ofNullable(fields.text("permissions")).orElse("rwm"));
  }

  private Optional<Devices.Device> device(Value at, String source, String target, String rights) {
    boolean valid =
        source.startsWith("/")
            && target.startsWith("/")
            && (source + target).indexOf('\0') < 0
            && PERMISSIONS.matcher(rights).matches();
    if (!valid) {
      service
          .problems()
          .error(
              at.place(),
              service.path("devices")
                  + " takes /dev/source:/dev/target:rwm, or a map of source, target and permissions");
      return Optional.empty();
    }
    return Optional.of(new Devices.Device(source, target, rights));
  }

  private List<String> rules() {
    List<String> rules = new ArrayList<>();
    for (Value item : service.items("device_cgroup_rules")) {
      grants.need("devices", item, "device_cgroup_rules", GIVES);
      if (item instanceof Scalar scalar && RULE.matcher(scalar.text()).matches()) {
        rules.add(scalar.text());
      } else {
        service
            .problems()
            .error(
                item.place(),
                service.path("device_cgroup_rules")
                    + " takes rules such as \"c 1:3 mr\": a, b or c, major:minor, and of r, w, m");
      }
    }
    return rules;
  }

  private void gpus() {
    Value value = service.get("gpus");
    if (value == null) {
      return;
    }
    grants.need("devices", "gpus", GIVES);
    if (value instanceof Scalar scalar) {
      if (scalar.text().equals("all")) {
        requests.add(new Devices.Request(null, ALL, null, List.of("gpu"), new TreeMap<>()));
      } else {
        service.error("gpus", "must be all, or a list of maps with count or device_ids");
      }
      return;
    }
    for (Value item : service.items("gpus")) {
      request(item, service.path("gpus"), List.of("gpu"));
    }
  }

  private void reserved() {
    Fields deploy = service.get("deploy") instanceof Value.Mapping ? service.child("deploy") : null;
    Fields resources = deploy == null ? null : deploy.child("resources");
    Fields reservations = resources == null ? null : resources.child("reservations");
    if (reservations == null || reservations.items("devices").isEmpty()) {
      return;
    }
    new Grants(grants.project(), reservations).need("devices", "devices", GIVES);
    for (Value item : reservations.items("devices")) {
      request(item, reservations.path("devices"), List.of());
    }
  }

  private void request(Value item, String path, List<String> always) {
    Fields fields = Fields.of(item, path, service.problems());
    if (fields == null) {
      return;
    }
    Keys.DEVICE_REQUEST.check(fields);
    List<String> capabilities = new ArrayList<>(fields.texts("capabilities"));
    always.stream().filter(needed -> !capabilities.contains(needed)).forEach(capabilities::add);
    if (capabilities.isEmpty()) {
      fields.error("capabilities", "is missing; write what the device can do, such as [gpu]");
    }
    List<String> ids = fields.texts("device_ids");
    if (!ids.isEmpty() && fields.get("count") != null) {
      fields.error("count", "cannot stand beside device_ids; remove one of the two");
    }
    requests.add(
        new Devices.Request(
            fields.text("driver"),
            ids.isEmpty() ? count(fields) : null,
            ids,
            capabilities,
            fields.textMap("options")));
  }

  /** Without a number it is all of them. */
  private static Integer count(Fields fields) {
    boolean all = "all".equals(fields.text("count"));
    Integer count = all ? null : fields.integer("count", ALL, MOST);
    return count == null ? ALL : count;
  }
}
