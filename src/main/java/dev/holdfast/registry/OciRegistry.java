package dev.holdfast.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.registry.Http.Request;
import dev.holdfast.registry.Http.Response;
import dev.holdfast.registry.Manifests.Finding;
import dev.holdfast.registry.Wire.Question;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Registries by the OCI distribution specification, over HTTP. A question goes this way:
 *
 * <ol>
 *   <li>a closed gate or a refused login answers it without any request ({@link Throttle}, {@link
 *       Refusals});
 *   <li>the request is sent with what is known to be wanted, within a budget and a time limit
 *       ({@link Wire});
 *   <li>redirects are followed, without the login once they leave the registry;
 *   <li>a 401 is answered once ({@link Login});
 *   <li>the answer becomes a value or a {@link RegistryException}, which always means "unknown". A
 *       failed question never becomes a dearer one: no pull, and a GET only where the registry's
 *       good answer lacks the digest.
 * </ol>
 *
 * Safe for use by several threads.
 */
public final class OciRegistry implements Registry {
  private static final Duration RESOLVE_LIMIT = Duration.ofSeconds(30);
  private static final Duration TAGS_LIMIT = Duration.ofMinutes(2);
  private static final Duration HELPER_LIMIT = Duration.ofSeconds(10);
  private final CredentialSource credentials;
  private final Ticks ticks;
  private final Wire wire;
  private final Conversation conversation;

  /**
   * @param settings read at each question, so that a changed agent.yaml counts at once
   * @param environment of the process, for {@code DOCKER_CONFIG}
   * @param nanos a monotonic clock
   */
  public OciRegistry(
      Supplier<RegistrySettings> settings,
      RegistryListener listener,
      Map<String, String> environment,
      InstantSource clock,
      LongSupplier nanos) {
    this(
        new CredentialSource(
            settings,
            new DockerConfig(
                DockerConfig.defaultFile(environment, Path.of(System.getProperty("user.home"))),
                new CredentialHelper(HELPER_LIMIT, program -> program))),
        listener,
        new Ticks(clock, nanos),
        RandomGenerator.getDefault());
  }

  OciRegistry(
      CredentialSource credentials,
      RegistryListener listener,
      Ticks ticks,
      RandomGenerator random) {
    this.credentials = credentials;
    this.ticks = ticks;
    Throttle throttle = new Throttle(ticks, random);
    Refusals refusals = new Refusals(ticks, random);
    this.wire = new Wire(new Http(), throttle, listener, ticks);
    Login login = new Login(wire, credentials, new TokenCache(ticks), refusals);
    this.conversation = new Conversation(throttle, refusals, wire, login);
  }

  @Override
  public Optional<Credentials> credentials(String registry) {
    return credentials.credentials(registry);
  }

  @Override
  public Digest resolve(ImageReference tagged) {
    if (tagged.pinned().isPresent()) {
      return tagged.pinned().get();
    }
    Question question = question("look up " + tagged, tagged, RESOLVE_LIMIT);
    URI uri = question.endpoint().manifest(tagged.repository(), tagged.tagOrLatest());
    Finding found = Manifests.ofHead(conversation.ask(question, manifest("HEAD", uri)));
    if (found.equals(Finding.NOTHING)) {
      found = Manifests.ofBody(conversation.ask(question, manifest("GET", uri)));
    }
    String reason = found.reason().orElse("");
    return found
        .digest()
        .orElseThrow(
            () -> wire.failed(question, question.registry() + " makes no sense: " + reason, null));
  }

  private static Request manifest(String method, URI uri) {
    return new Request(method, uri, Map.of("Accept", Manifests.ACCEPT), null, Manifests.MAX_BYTES);
  }

  @Override
  public Optional<ImageContents> contents(PinnedImage image, String architecture) {
    Question question =
        question("ask for the size of " + image.display(), image.name(), RESOLVE_LIMIT);
    JsonNode manifest = manifest(question, image.digest());
    if (ContentsReader.isIndex(manifest)) {
      Optional<Digest> own = ContentsReader.ofIndex(manifest, architecture);
      if (own.isEmpty()) {
        return Optional.empty();
      }
      manifest = manifest(question, own.get());
    }
    return ContentsReader.ofManifest(manifest);
  }

  private JsonNode manifest(Question question, Digest digest) {
    URI uri = question.endpoint().manifest(question.repository(), digest.value());
    Response answer = conversation.ask(question, manifest("GET", uri));
    return body(question, answer, digest);
  }

  @Override
  public List<String> unpacked(PinnedImage image, ImageContents contents) {
    Question question =
        question("ask for the layers of " + image.display(), image.name(), RESOLVE_LIMIT);
    URI uri = question.endpoint().blob(question.repository(), contents.config().value());
    Request request = new Request("GET", uri, Map.of(), null, Manifests.MAX_BYTES);
    List<String> layers =
        ContentsReader.unpacked(
            body(question, conversation.ask(question, request), contents.config()));
    return layers.size() == contents.layers().size() ? layers : List.of();
  }

  /** What has another hash than it was asked by is not what was asked for. */
  private JsonNode body(Question question, Response answer, Digest digest) {
    return Json.object(answer.body())
        .filter(json -> Manifests.hash(answer.body()).equals(digest))
        .orElseThrow(
            () ->
                wire.failed(
                    question, question.registry() + " sent something else than was asked", null));
  }

  @Override
  public List<String> tags(ImageReference repository) {
    Question question =
        question("list the tags of " + repository.familiarName(), repository, TAGS_LIMIT);
    Set<String> tags = new LinkedHashSet<>();
    Set<URI> seen = new HashSet<>();
    URI page = question.endpoint().tags(repository.repository(), Pages.PAGE_SIZE);
    while (page != null) {
      if (!seen.add(page)) {
        throw wire.failed(
            question, question.registry() + " leads from page to page in a circle", null);
      }
      if (seen.size() > Pages.MAX_PAGES || tags.size() > Pages.MAX_TAGS) {
        throw wire.failed(question, "there are too many (name a tag, or remove old ones)", null);
      }
      Response answer = conversation.ask(question, list(page));
      addTags(question, answer, tags);
      page = next(question, answer);
    }
    return List.copyOf(tags);
  }

  private static Request list(URI page) {
    return new Request(
        "GET", page, Map.of("Accept", "application/json"), null, Manifests.MAX_BYTES);
  }

  /** What is not a tag by the grammar cannot be pulled, and is left out. */
  private void addTags(Question question, Response answer, Set<String> tags) {
    JsonNode list =
        Json.object(answer.body())
            .map(json -> json.path("tags"))
            .filter(node -> node.isArray() || node.isNull())
            .orElseThrow(
                () -> wire.failed(question, question.registry() + " sent no list of tags", null));
    for (JsonNode tag : list) {
      if (tag.isTextual() && ImageReference.isTag(tag.textValue())) {
        tags.add(tag.textValue());
      }
    }
  }

  private @Nullable URI next(Question question, Response answer) {
    URI next;
    try {
      next = Pages.next(answer).orElse(null);
    } catch (IllegalArgumentException e) {
      throw wire.failed(
          question, question.registry() + " names a next page that is no address", null);
    }
    if (next != null && (next.getHost() == null || !question.endpoint().owns(next))) {
      throw wire.failed(
          question, question.registry() + " names a next page on another server", null);
    }
    return next;
  }

  private Question question(String what, ImageReference image, Duration limit) {
    Endpoint endpoint =
        Endpoint.of(image.registry(), credentials.settings().get().insecure(image.registry()));
    return new Question(what, endpoint, image.repository(), ticks.after(limit));
  }
}
