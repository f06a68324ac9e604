package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.plan.CaseRelease;
import org.junit.jupiter.api.Test;

class ReleaseTest {
  private static Release of(int version, String borrower, String lender) {
    return CaseRelease.parse(
        """
        services:
          %s: { version: 1, network_mode: "service:%s" }
          %s: { version: %d }
          other: { version: 1 }
        """
            .formatted(borrower, lender, lender, version));
  }

  private static String hash(Release release, String service) {
    return release.services().get(service).configHash();
  }

  @Test
  void aBorrowerIsAnotherWhenItsLenderIsWhateverTheirNames() {
    for (String borrower : new String[] {"a", "z"}) {
      Release one = of(1, borrower, "m");
      Release two = of(2, borrower, "m");
      assertThat(hash(two, borrower)).isNotEqualTo(hash(one, borrower));
      assertThat(hash(two, "other")).isEqualTo(hash(one, "other"));
    }
  }

  @Test
  void servicesThatBorrowInACircleHaveHashesAllTheSame() {
    Release circle =
        CaseRelease.parse(
            "services: { a: { network_mode: 'service:b' }, b: { network_mode: 'service:a' } }");
    assertThat(hash(circle, "a")).isNotEqualTo(hash(circle, "b"));
  }
}
