package dev.holdfast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  @TempDir Path service;

  @Test
  void aCommandBesideTheServiceHasTheServicesOwn() {
    assertThat(Credentials.beside(Map.of("A", "b"), service))
        .containsOnly(Map.entry("A", "b"), Map.entry("CREDENTIALS_DIRECTORY", service.toString()));
  }

  @Test
  void whatIsSetIsKeptAndWhereTheServiceDoesNotRunThereIsNone() {
    Map<String, String> own = Map.of("CREDENTIALS_DIRECTORY", "/elsewhere");
    assertThat(Credentials.beside(own, service)).isEqualTo(own);
    assertThat(Credentials.beside(Map.of(), service.resolve("not-there"))).isEmpty();
  }
}
