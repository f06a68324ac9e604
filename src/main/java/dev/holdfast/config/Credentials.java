package dev.holdfast.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * systemd's credentials for a command that is no service: those of the agent's unit, which lie
 * there while it runs. So `doctor` and `validate` read the agent.yaml that the agent reads.
 */
public final class Credentials {
  static final String VARIABLE = "CREDENTIALS_DIRECTORY";
  private static final Path OF_THE_SERVICE = Path.of("/run/credentials/holdfast.service");

  private Credentials() {}

  public static Map<String, String> beside(Map<String, String> environment) {
    return beside(environment, OF_THE_SERVICE);
  }

  static Map<String, String> beside(Map<String, String> environment, Path service) {
    if (environment.containsKey(VARIABLE) || !Files.isDirectory(service)) {
      return environment;
    }
    Map<String, String> all = new TreeMap<>(environment);
    all.put(VARIABLE, service.toString());
    return all;
  }
}
