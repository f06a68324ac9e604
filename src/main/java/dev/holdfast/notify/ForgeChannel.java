package dev.holdfast.notify;

import dev.holdfast.notify.Forge.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What is told to GitHub and GitLab alike, each in its own words: the status of a commit, and then,
 * where that is wanted, its deployment.
 */
abstract sealed class ForgeChannel implements Channel permits GithubChannel, GitlabChannel {
  final Forge forge;

  ForgeChannel(Forge forge) {
    this.forge = forge;
  }

  @Override
  public final Outcome send(Message message) {
    Target target = forge.target(message);
    if (target == null) {
      return new Outcome.Never("there is no commit of a repository whose status it could be");
    }
    try {
      String repository = path(target);
      String sha = whole(repository, target.sha());
      if (sha == null) {
        return new Outcome.Later(
            "it does not know the commit; check repository and token", false, null);
      }
      Outcome status = status(repository, sha, message);
      return status.isDelivered() && forge.deployments()
          ? deployment(repository, sha, message)
          : status;
    } catch (UncheckedIOException e) {
      return Answers.failed(e);
    } catch (IOException e) {
      return Answers.failed(e);
    }
  }

  private @Nullable String whole(String repository, String sha) throws IOException {
    if (Forge.SHA.matcher(sha).matches()) {
      return sha;
    }
    String found = found(repository, sha);
    return Forge.SHA.matcher(found).matches() && found.startsWith(sha) ? found : null;
  }

  /** Where the API has the repository. */
  abstract String path(Target target);

  /** What the API says is the hash of the commit whose cut hash this is; empty: it knows none. */
  abstract String found(String repository, String sha) throws IOException;

  abstract Outcome status(String repository, String sha, Message message) throws IOException;

  abstract Outcome deployment(String repository, String sha, Message message) throws IOException;
}
