package dev.holdfast.model;

import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a service mounts. Paths of the host stay relative to the project directory here, so that a
 * release is the same on every server.
 */
public sealed interface MountSpec {
  String target();

  boolean readOnly();

  /**
   * A path of the host that git does not track: data, certificates. {@code options} as in the short
   * syntax: z, Z, rslave …
   */
  record Bind(
      HostPath source,
      String target,
      boolean readOnly,
      List<String> options,
      boolean createHostPath)
      implements MountSpec {
    public Bind {
      options = List.copyOf(options);
    }
  }

  /**
   * A file or folder that the source tracks, copied to a path that carries the hash of its content.
   */
  record Tracked(
      String path, String contentHash, String target, boolean readOnly, List<String> options)
      implements MountSpec {
    public Tracked {
      options = List.copyOf(options);
    }
  }

  /**
   * A secret, or a config that is no tracked file: content that the agent writes, always read-only.
   * It is a part of the release, so that a change of it recreates what mounts it and a rollback has
   * the old one; a release is sealed on disk for the secrets in it. A secret's file lies in memory
   * alone.
   *
   * @param name its key under {@code secrets:} or {@code configs:}
   * @param content in Base64
   * @param owner null: the agent's own
   */
  record Given(
      boolean secret,
      String name,
      String content,
      String target,
      int mode,
      @Nullable Integer owner,
      @Nullable Integer group)
      implements MountSpec {
    @Override
    public boolean readOnly() {
      return true;
    }

    public byte[] bytes() {
      return Base64.getDecoder().decode(content);
    }

    /** The folder that it lies in: the same for the same content with the same rights. */
    public String slot() {
      return Canonical.sha256(new File(content, mode, owner, group)) + "-given";
    }

    private record File(
        String content, int mode, @Nullable Integer owner, @Nullable Integer group) {}

    @Override
    public String toString() {
      return "Given[" + name + " at " + target + ", ***]";
    }
  }

  /** A named volume, by its key under {@code volumes:}. */
  record Named(
      String volume, String target, boolean readOnly, boolean noCopy, @Nullable String subpath)
      implements MountSpec {}

  /** A volume without a name, carried over from the container that is replaced. */
  record Anonymous(String target, boolean readOnly) implements MountSpec {}

  /** Memory. {@code options} as the engine's tmpfs map takes them: {@code size=64m,mode=1777}. */
  record Tmpfs(String target, String options) implements MountSpec {
    @Override
    public boolean readOnly() {
      return false;
    }
  }
}
