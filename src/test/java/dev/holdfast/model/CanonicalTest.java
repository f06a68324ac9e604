package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CanonicalTest {
  private record Old(String name, List<String> words, Map<String, String> map) {}

  /** As an upgrade would have it: the same class with more components, each with its default. */
  private static final class Upgraded {
    private record Old(
        Map<String, String> map,
        String name,
        @Nullable String note,
        List<String> words,
        boolean flag,
        Map<String, String> more) {}
  }

  private record One(String value) {}

  private record Two(String value) {}

  private record Pair(@Nullable String a, @Nullable String b) {}

  private record Listed(@Nullable List<String> words) {}

  private record Mixed(Object value) {}

  @Test
  void isTheSameTextOnEveryServer() {
    Old value = new Old("x", List.of("a", "b"), Map.of("k", "v"));

    assertThat(Canonical.form(value)).isEqualTo("(3:Old3:map{1:k1:v}4:name1:x5:words[1:a1:b])");
    assertThat(Canonical.sha256(value))
        .isEqualTo("258c5a01d9fc0a14311bfc14004479866ef21b41173609904772e60f776299e9");
  }

  @Test
  void newComponentsWithTheirDefaultsChangeNoId() {
    Old old = new Old("x", List.of("a"), Map.of());
    Upgraded.Old upgraded = new Upgraded.Old(Map.of(), "x", null, List.of("a"), false, Map.of());

    assertThat(Canonical.form(upgraded)).isEqualTo(Canonical.form(old));
    assertThat(Canonical.form(new Upgraded.Old(Map.of(), "x", "", List.of("a"), false, Map.of())))
        .isNotEqualTo(Canonical.form(old));
    assertThat(Canonical.form(new Upgraded.Old(Map.of(), "x", null, List.of("a"), true, Map.of())))
        .isNotEqualTo(Canonical.form(old));
  }

  @Test
  void mapsHaveNoOrderAndListsHave() {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("b", "2");
    one.put("a", "1");
    Map<String, String> other = new TreeMap<>(one);

    assertThat(Canonical.form(new Mixed(one))).isEqualTo(Canonical.form(new Mixed(other)));
    assertThat(Canonical.form(new Mixed(List.of("a", "b"))))
        .isNotEqualTo(Canonical.form(new Mixed(List.of("b", "a"))));
  }

  @Test
  void differentValuesNeverShareAForm() {
    List<Object> values =
        List.of(
            new One("a"),
            new Two("a"),
            new One(""),
            new One("1:a"),
            new One("a)"),
            new One("ä"),
            new One("a\u0308"),
            new Pair("a", null),
            new Pair(null, "a"),
            new Pair("a", "a"),
            new Pair("a1:b1:a", null),
            new Pair(null, null),
            new Pair("", null),
            new Pair(null, ""),
            new Listed(null),
            new Listed(List.of()),
            new Listed(List.of("")),
            new Listed(List.of("", "")),
            new Listed(List.of("a", "b")),
            new Listed(List.of("a1:b")),
            new Listed(List.of("]")),
            new Mixed(1),
            new Mixed(2),
            new Mixed(7L),
            new Mixed(8L),
            new Mixed(List.of(true)),
            new Mixed(List.of(false)),
            new Mixed(Duration.ofSeconds(1)),
            new Mixed(Duration.ofMinutes(1)),
            new Mixed(Map.of("a", "b")),
            new Mixed(Map.of("a", "1:b")),
            new Mixed(List.of("a", "b")),
            new One("\ud800"),
            new One("\udfff"),
            new One("?"),
            new One("\ud800\udc00"),
            new One("\ufffd"),
            new One("d800."));
    Set<String> forms = new HashSet<>();

    for (Object value : values) {
      assertThat(forms.add(Canonical.sha256(value))).describedAs("%s", value).isTrue();
    }
  }

  @Test
  void aValueWithoutAFormIsAMistakeOfOurs() {
    assertThatIllegalArgumentException().isThrownBy(() -> Canonical.form(new Mixed(1.5)));
  }
}
