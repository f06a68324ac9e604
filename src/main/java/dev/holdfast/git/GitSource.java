package dev.holdfast.git;

import dev.holdfast.git.ObjectReader.Commit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A ref of a git repository, by the git program.
 *
 * <ol>
 *   <li>The remote is asked each time which commit the ref is (ls-remote). A ref that is not there
 *       is unknown, never "nothing".
 *   <li>Where that is the commit of the last look, that look's answer is given again.
 *   <li>Else the one commit is fetched, without history, into a bare repository of our own; a
 *       rewritten history is as good as any other.
 *   <li>What a killed git left locked is removed first. A repository in which this fails while the
 *       remote answers is damaged, or as good as that: a new one is made beside it and takes its
 *       place.
 * </ol>
 */
public final class GitSource implements Source {
  private final GitSettings settings;
  private final Path folder;
  private final Git git;
  private final Map<String, String> sha256ByBlob = new HashMap<>();
  private @Nullable Snapshot last;
  private boolean damaged;

  /**
   * @param folder for this app's repository alone; made where it is missing
   */
  public GitSource(GitSettings settings, Path folder) {
    this(settings, folder, Limits.DEFAULT);
  }

  GitSource(GitSettings settings, Path folder, Limits limits) {
    this.settings = settings;
    this.folder = folder.toAbsolutePath();
    this.git = new Git(settings, this.folder, limits, System.getenv());
  }

  @Override
  public Snapshot look() {
    try {
      RemoteRef remote = remote();
      if (last == null
          || damaged
          || !last.revision().equals(remote.commit())
          || !remote.name().equals(last.ref())) {
        last = take(remote);
        damaged = false;
      }
      return last;
    } catch (GitException e) {
      throw new SourceException(
          "could not look at "
              + settings.ref()
              + " of "
              + settings.url()
              + " because "
              + e.reason(),
          e);
    } catch (IOException e) {
      throw new SourceException(
          "could not keep a copy of "
              + settings.url()
              + " in "
              + folder
              + " because of "
              + e
              + "; check the disk",
          e);
    }
  }

  private RemoteRef remote() throws GitException {
    GitRef ref = settings.gitRef();
    String[] arguments = new String[3 + 2 * ref.candidates().size()];
    arguments[0] = "ls-remote";
    arguments[1] = "--";
    arguments[2] = settings.url().address();
    int next = 3;
    for (String name : ref.candidates()) {
      arguments[next++] = name;
      arguments[next++] = name + "^{}";
    }
    Optional<RemoteRef> found = RemoteRef.find(ref, git.ask(arguments));
    return found.orElseThrow(
        () ->
            new GitException(
                "the repository answers but has no branch or tag of that name; check"
                    + " source.git.ref",
                false));
  }

  private Snapshot take(RemoteRef remote) throws GitException, IOException {
    Files.createDirectories(folder);
    Repository repository = new Repository(git, folder.resolve("repository.git"));
    if (repository.exists() && !damaged) {
      try {
        repository.unlock();
        Optional<Commit> known = repository.current();
        boolean there = known.isPresent() && known.get().id().equals(remote.commit());
        Commit commit = there ? known.get() : repository.fetch(address(), remote, known);
        Snapshot snapshot = read(repository, remote, commit);
        repository.tidy();
        return snapshot;
      } catch (GitException e) {
        if (e.timedOut()) {
          throw e;
        }
      }
    }
    return takeAnew(repository, remote);
  }

  private Snapshot takeAnew(Repository repository, RemoteRef remote)
      throws GitException, IOException {
    Repository fresh = new Repository(git, folder.resolve("new.git"));
    Folders.delete(fresh.path());
    fresh.create(remote.commit());
    Commit commit = fresh.fetch(address(), remote, Optional.empty());
    read(fresh, remote, commit);
    Folders.delete(repository.path());
    Files.move(fresh.path(), repository.path(), StandardCopyOption.ATOMIC_MOVE);
    return read(repository, remote, commit);
  }

  private String address() {
    return settings.url().address();
  }

  private Snapshot read(Repository repository, RemoteRef remote, Commit commit)
      throws GitException {
    ObjectReader reader = new ObjectReader(git, repository.path());
    SortedMap<String, TreeListing.Entry> files = TreeListing.parse(list(reader, commit.id()));
    GitTree content = new GitTree(reader, files, sha256ByBlob, () -> damaged = true);
    return new Snapshot(commit.id(), remote.name(), commit.time(), content);
  }

  private byte[] list(ObjectReader reader, String commit) throws GitException {
    String folder = commit + ":" + settings.path();
    try {
      return git.local(
          reader.repository(), "ls-tree", "-r", "-l", "-z", "--full-tree", "--", folder);
    } catch (GitException e) {
      Optional<ObjectReader.Header> found = e.timedOut() ? Optional.empty() : reader.header(folder);
      boolean isTree = found.filter(header -> header.type().equals("tree")).isPresent();
      if (isTree || e.timedOut()) {
        throw e;
      }
      throw noFolder(reader, commit);
    }
  }

  /** The root is in every commit: where it is missing the copy is damaged. */
  private SourceException noFolder(ObjectReader reader, String commit) throws GitException {
    if (reader.header(commit + ":").isEmpty()) {
      throw new GitException("the local copy lacks the commit's files", false);
    }
    return new SourceException(
        "could not find the folder '"
            + settings.path()
            + "' in commit "
            + commit.substring(0, 12)
            + " of "
            + settings.url()
            + "; check source.git.path",
        null);
  }
}
