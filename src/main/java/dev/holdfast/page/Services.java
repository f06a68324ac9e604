package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.title;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.ServiceView;
import dev.holdfast.reconcile.Apps.Taken;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The services of an app, a row for each container. */
final class Services {
  private Services() {}

  static Html table(List<ServiceView> services) {
    Piece.Table table = new Piece.Table("Service", "Image", "Health", "Restarts");
    for (ServiceView service : services) {
      if (service.containers().isEmpty()) {
        table.row(name(service, null), image(service), missing(service), text(""));
      }
      for (ContainerView c : service.containers()) {
        table.row(name(service, c), image(service), health(service, c), text(c.restarts()));
      }
    }
    return table.html();
  }

  /** With what each container takes. */
  static Html table(List<ServiceView> services, Map<String, Taken> usage) {
    Piece.Table table =
        new Piece.Table("Service", "Image", "Health", "Restarts", "Processor", "Memory");
    for (ServiceView service : services) {
      if (service.containers().isEmpty()) {
        table.row(
            name(service, null), image(service), missing(service), text(""), text(""), text(""));
      }
      for (ContainerView c : service.containers()) {
        Taken taken = usage.get(c.id());
        table.row(
            name(service, c),
            image(service),
            health(service, c),
            text(c.restarts()),
            text(taken == null ? "" : Words.processor(taken.processor())),
            text(taken == null ? "" : Words.bytes(taken.memoryBytes())));
      }
    }
    return table.html();
  }

  /** In a few words: how many, and how many of them are well. */
  static String summary(List<ServiceView> services) {
    long well = services.stream().filter(Services::isWell).count();
    return Words.count(services.size(), "service")
        + (well == services.size() ? ", all well" : ", " + well + " well");
  }

  static boolean isWell(ServiceView service) {
    return service.inSync()
        && service.containers().stream().noneMatch(c -> "unhealthy".equals(c.health()));
  }

  private static Html name(ServiceView service, @Nullable ContainerView container) {
    return container != null && service.containers().size() > 1
        ? Html.all(
            text(service.service() + " "), element(Tag.SPAN, css("quiet"), text(container.name())))
        : text(service.service());
  }

  private static Html image(ServiceView service) {
    String image = service.image();
    String digest = service.digest();
    return image == null
        ? text("")
        : element(Tag.CODE, title(digest == null ? image : digest), text(image));
  }

  private static Html missing(ServiceView service) {
    return service.inSync() ? Badge.QUIET.with("done") : Badge.BAD.with("no container");
  }

  private static Html health(ServiceView service, ContainerView container) {
    return service.inSync()
        ? Badge.of(container)
        : Html.all(
            Badge.of(container),
            text(" "),
            element(Tag.SPAN, css("note"), text("not as released")));
  }
}
