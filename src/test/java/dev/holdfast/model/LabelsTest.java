package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {
  @ParameterizedTest
  @CsvSource({
    "com.docker.compose.project, true, false",
    "desktop.docker.io/binds/0/Source, true, false",
    "dev.holdfast.app, true, true",
    "com.docker.composer, false, false",
    "desktop.docker.iota, false, false",
    "dev.holdfaster.app, false, false",
    "traefik.enable, false, false",
  })
  void labelsOfToolsAreToldFromThosePeopleWrote(String label, boolean ofTools, boolean ours) {
    assertThat(Labels.isOfTools(label)).isEqualTo(ofTools);
    assertThat(Labels.isOurs(label)).isEqualTo(ours);
  }

  @Test
  void anEmptyMigrationIsNone() {
    assertThat(Labels.migration(Map.of(Labels.MIGRATION, "d1/0"))).isEqualTo("d1/0");
    assertThat(Labels.migration(Map.of(Labels.MIGRATION, ""))).isNull();
    assertThat(Labels.migration(Map.of())).isNull();
  }

  @Test
  void anEmptyShellIsNone() {
    assertThat(Labels.shell(Map.of(Labels.SHELL, "s1"))).isEqualTo("s1");
    assertThat(Labels.shell(Map.of(Labels.SHELL, ""))).isNull();
    assertThat(Labels.shell(Map.of())).isNull();
  }
}
