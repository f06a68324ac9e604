package dev.holdfast.docker;

import com.github.dockerjava.transport.DockerHttpClient.Request.Method;

/** What is asked of the engine in a line, without a body: a method and a path. */
record Command(Method method, String path) {
  static Command get(String path) {
    return new Command(Method.GET, path);
  }

  static Command post(String path) {
    return new Command(Method.POST, path);
  }

  static Command delete(String path) {
    return new Command(Method.DELETE, path);
  }

  /**
   * Never one that runs.
   *
   * @param volumes its anonymous ones too
   */
  static Command remove(String id, boolean volumes) {
    return delete(Paths.container(id) + "?force=false&v=" + volumes);
  }
}
