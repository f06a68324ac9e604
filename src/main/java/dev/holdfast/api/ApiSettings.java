package dev.holdfast.api;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What agent.yaml says of the API, as it is now: the file may change while the agent runs. */
public interface ApiSettings {
  /** The host of {@code api.listen}, as written; null where it is off. */
  @Nullable String listenHost();

  /** The content of {@code api.token-file}, read at each use; null where agent.yaml names none. */
  @Nullable Supplier<String> token();
}
