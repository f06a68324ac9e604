package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is asked beside the health of containers while they are watched. */
interface Guards {
  Guards NONE =
      new Guards() {
        @Override
        public Optional<Breach> breach(List<Watched> watched, ObservedState seen, boolean last) {
          return Optional.empty();
        }

        @Override
        public String unheard() {
          return "";
        }
      };

  /** A container that is watched. */
  record Watched(String service, ObservedContainer container) {}

  record Breach(@Nullable String service, String reason) {}

  /**
   * @param last whether no further look follows: then all is asked once more
   */
  Optional<Breach> breach(List<Watched> watched, ObservedState seen, boolean last);

  /** Which questions never had an answer, for the step's message; empty where all had. */
  String unheard();
}
