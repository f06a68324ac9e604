package dev.holdfast.compose;

import dev.holdfast.model.DesiredState;
import dev.holdfast.model.ServiceSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;

/** Short ways to load a text, for tests. */
final class Loading {
  private Loading() {}

  static LoadRequest request(String compose) {
    return LoadRequest.of("shop", Files.compose(compose));
  }

  static DesiredState loaded(LoadRequest request) {
    return switch (ComposeLoader.load(request)) {
      case LoadResult.Loaded loaded -> loaded.state();
      case LoadResult.Refused refused -> Assertions.fail("refused: " + refused.problems());
    };
  }

  static DesiredState loaded(String compose) {
    return loaded(request(compose));
  }

  /** The service {@code api} of a file that has one, given by the lines below its name. */
  static ServiceSpec api(String lines) {
    return api(lines, Map.of());
  }

  static ServiceSpec api(String lines, Map<String, String> variables) {
    return Objects.requireNonNull(
        loaded(request(service(lines)).withVariables(variables)).services().get("api"));
  }

  static String service(String lines) {
    return "services:\n  api:\n    image: acme/api:1\n" + lines.stripTrailing().indent(4);
  }

  static List<String> problems(LoadRequest request) {
    return switch (ComposeLoader.load(request)) {
      case LoadResult.Loaded loaded ->
          Assertions.fail("loaded: " + loaded.state().services().keySet());
      case LoadResult.Refused refused ->
          refused.problems().stream().map(Problem::toString).toList();
    };
  }

  static List<String> problems(String compose) {
    return problems(request(compose));
  }

  static List<String> warnings(LoadRequest request) {
    return ComposeLoader.load(request).warnings().stream().map(Problem::toString).toList();
  }
}
