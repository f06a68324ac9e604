package dev.holdfast.compose;

/**
 * Asks agent.yaml's leave for what reaches beyond the container, and says which line is missing.
 */
final class Grants {
  private final Project project;
  private final Fields service;

  Grants(Project project, Fields service) {
    this.project = project;
    this.service = service;
  }

  Project project() {
    return project;
  }

  /** {@code why}: what the key gives the container, to follow its name. */
  void need(String word, String key, String why) {
    if (!project.permissions().allows(word)) {
      service.error(key, why + "; " + project.allowHint("allow", word));
    }
  }

  /** The same for one of several values. */
  void need(String word, Value at, String key, String why) {
    if (!project.permissions().allows(word)) {
      service
          .problems()
          .error(
              at.place(), service.path(key) + " " + why + "; " + project.allowHint("allow", word));
    }
  }
}
