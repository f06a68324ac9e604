package dev.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose commit's status is set where agent.yaml names no repository. */
class NoticesTest {
  @ParameterizedTest
  @CsvSource({
    "https://github.com/acme/shop-deploy.git, acme/shop-deploy",
    "https://github.com/acme/shop-deploy, acme/shop-deploy",
    "https://bot@git.example.com:8443/acme/infra/shop.git/, acme/infra/shop",
    "git@github.com:acme/shop.git, acme/shop",
    "ssh://git@git.example.com:2222/acme/shop.git, acme/shop",
    "git://127.0.0.1/acme/shop.git, acme/shop",
    "file:///srv/git/shop.git, ''",
    "/srv/git/shop.git, ''",
  })
  void aSourceNamesItsRepository(String url, String repository) {
    assertThat(Notices.repository(url)).isEqualTo(repository);
  }
}
