package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against Java's own decimals, which the agent does without. */
class UnitsTest {
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private final Random random = new Random(31);

  private String decimal(int whole, int places) {
    StringBuilder text = new StringBuilder();
    for (int left = 1 + random.nextInt(whole); left > 0; left--) {
      text.append(random.nextInt(10));
    }
    int fraction = random.nextInt(places + 1);
    if (fraction > 0) {
      text.append('.');
      for (int left = fraction; left > 0; left--) {
        text.append(random.nextInt(10));
      }
    }
    return text.toString();
  }

  private static Optional<Long> whole(BigDecimal value) {
    return value.compareTo(MOST) > 0 ? Optional.empty() : Optional.of(value.longValue());
  }

  @Test
  void aSizeIsExact() {
    for (int i = 0; i < 5000; i++) {
      String number = decimal(18, 9);
      int power = random.nextInt(6);
      String text = number + " kmgtp".charAt(power) + "b";
      BigDecimal exact = new BigDecimal(number).multiply(BigDecimal.valueOf(1024).pow(power));
      assertThat(Units.bytes(text.replace(" b", "b"))).as(text).isEqualTo(whole(exact));
    }
  }

  @Test
  void aDurationIsExact() {
    Map<String, Long> units =
        Map.of("ms", 1_000_000L, "s", 1_000_000_000L, "w", 604_800_000_000_000L);
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      BigDecimal exact = BigDecimal.ZERO;
      for (Map.Entry<String, Long> unit : units.entrySet()) {
        String number = decimal(6, 9);
        text.append(number).append(unit.getKey());
        exact = exact.add(new BigDecimal(number).multiply(BigDecimal.valueOf(unit.getValue())));
      }
      assertThat(Units.duration(text.toString()))
          .as(text.toString())
          .isEqualTo(whole(exact).map(Duration::ofNanos));
    }
  }

  @Test
  void processorsAreExact() {
    assertThat(Units.nanoCpus("0.5")).contains(500_000_000L);
    assertThat(Units.nanoCpus(".000000001")).contains(1L);
    assertThat(Units.nanoCpus("2.")).contains(2_000_000_000L);
    assertThat(Units.nanoCpus("999999999.999999999")).contains(999_999_999_999_999_999L);
    assertThat(Units.nanoCpus("1e3")).isEmpty();
  }
}
