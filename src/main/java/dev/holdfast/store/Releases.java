package dev.holdfast.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * {@code releases/<id>.json}: what people may see of a release (images, digests, hashes), and the
 * release itself, sealed, because the values of its variables are in it. One that no longer gives
 * its own id is damaged.
 */
final class Releases {
  private static final String SUFFIX = ".json";
  private static final String SEALED = "sealed";
  private static final String TRACKED = "tracked";

  /** The release that runs and the one before, of an app or two that are being rolled out. */
  private static final int MOST_KNOWN = 4;

  private final SameFiles<Release> last = new SameFiles<>(MOST_KNOWN);
  private final Documents documents;
  private final Seal seal;
  private final Warnings warnings;

  Releases(Documents documents, Seal seal, Warnings warnings) {
    this.documents = documents;
    this.seal = seal;
    this.warnings = warnings;
  }

  Optional<Release> load(AppFolder folder, String app, String id) {
    return last.value(folder.release(id), () -> read(folder, app, id));
  }

  private Optional<Release> read(AppFolder folder, String app, String id) {
    Path file = folder.release(id);
    Optional<ObjectNode> content = documents.content(file);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    Optional<byte[]> opened = seal.open(name(app, id), content.get().path(SEALED).asText());
    if (opened.isEmpty()) {
      warnings.warn(
          file
              + " cannot be opened with the present seal.key: the release counts as missing; put"
              + " the former key back to use it");
      return Optional.empty();
    }
    Optional<Release> release = release(file, opened.get());
    if (release.isPresent()
        && !(release.get().app().equals(app) && release.get().id().equals(id))) {
      documents.setAside(
          file, "its content is release " + release.get().id() + " of " + release.get().app());
      return Optional.empty();
    }
    return release;
  }

  private Optional<Release> release(Path file, byte[] json) {
    JsonMapper mapper = ReleaseJson.mapper();
    try {
      return documents.value(file, mapper.readTree(json), mapper, Release.class);
    } catch (IOException e) {
      documents.setAside(file, "what is sealed in it is not JSON");
      return Optional.empty();
    }
  }

  void save(AppFolder folder, Release release) {
    String id = release.id();
    if (load(folder, release.app(), id).equals(Optional.of(release))) {
      return;
    }
    documents.write(folder.release(id), content(release, id), DurableFiles.PRIVATE);
  }

  private ObjectNode content(Release release, String id) {
    ObjectNode content =
        ReleaseJson.mapper().createObjectNode().put("release", id).put("app", release.app());
    ObjectNode services = content.putObject("services");
    release.services().forEach((name, service) -> overview(services.putObject(name), service));
    ArrayNode tracked = content.putArray(TRACKED);
    trackedHashes(release).forEach(tracked::add);
    try {
      byte[] json = ReleaseJson.mapper().writeValueAsBytes(release);
      return content.put(SEALED, seal.close(name(release.app(), id), json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a release is always written", e);
    }
  }

  private static void overview(ObjectNode out, Release.Service service) {
    out.put("image", service.image().display());
    out.put("digest", service.image().digest().value());
    out.put("config_hash", service.configHash());
  }

  static SortedSet<String> trackedHashes(Release release) {
    SortedSet<String> hashes = new TreeSet<>();
    tracked(release).forEach(mount -> hashes.add(mount.contentHash()));
    given(release).forEach(mount -> hashes.add(mount.slot()));
    return hashes;
  }

  static List<MountSpec.Tracked> tracked(Release release) {
    return mounts(release, MountSpec.Tracked.class);
  }

  static List<MountSpec.Given> given(Release release) {
    return mounts(release, MountSpec.Given.class);
  }

  private static <T extends MountSpec> List<T> mounts(Release release, Class<T> kind) {
    return release.services().values().stream()
        .flatMap(service -> service.spec().container().mounts().stream())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  /**
   * Removes what is not to be kept. Returns the folders of the tracked and given content that the
   * others mount; empty where that is not known.
   */
  Optional<Set<String>> keep(AppFolder folder, List<String> ids) {
    DurableFiles.names(folder.releases())
        .filter(name -> name.endsWith(SUFFIX) && !DurableFiles.isTemporary(name))
        .filter(name -> !ids.contains(name.substring(0, name.length() - SUFFIX.length())))
        .forEach(name -> DurableFiles.remove(folder.releases().resolve(name)));
    Set<String> hashes = new TreeSet<>();
    for (String id : ids) {
      Optional<ObjectNode> content = documents.content(folder.release(id));
      if (content.isEmpty()) {
        return Optional.empty();
      }
      for (JsonNode hash : content.get().path(TRACKED)) {
        hashes.add(hash.asText());
      }
    }
    return Optional.of(hashes);
  }

  private static String name(String app, String id) {
    return app + "/" + id;
  }
}
