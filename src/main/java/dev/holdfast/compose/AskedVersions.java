package dev.holdfast.compose;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an edit of versions.yaml was asked for; {@code version} and {@code commit}: null leaves
 * them.
 */
record AskedVersions(
    Map<String, String> services, @Nullable String version, @Nullable String commit) {

  /** True where the new file says what was asked, and of all else what the old one said. */
  boolean holds(VersionsFile now, @Nullable VersionsFile old) {
    Map<String, String> wanted = old == null ? new TreeMap<>() : texts(old);
    wanted.putAll(services);
    return wanted.equals(texts(now))
        && Objects.equals(version == null && old != null ? old.version() : version, now.version())
        && Objects.equals(commit == null && old != null ? old.commit() : commit, now.commit());
  }

  private static Map<String, String> texts(VersionsFile versions) {
    Map<String, String> texts = new TreeMap<>();
    versions.services().forEach((service, entry) -> texts.put(service, entry.text()));
    return texts;
  }
}
