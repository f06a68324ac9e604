package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The calls with which an agent replaced a container, made again by curl, one process each, on what
 * runs now: what a person with a script would have to wait for at least.
 */
final class EngineReplay {
  /** Streams, and what only waits. */
  private static final Pattern LEFT_OUT =
      Pattern.compile("/events|/exec|/wait|/attach|/logs|/stats");

  private static final String ANSWERS =
      "until [ \"$(curl -s -o /dev/null -w '%{http_code}' http://$IP:8080/health)\" = 200 ]; do sleep 0.005; done";

  record Call(String request, String body) {}

  /** Without these nobody puts one container in the place of another. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "^POST \\S+/containers/(create\\?|\\w+/(stop|start)\\b)|^DELETE \\S+/containers/");

  /**
   * Seconds of all, from the start of the container to its first good answer, and of the calls that
   * are needed alone.
   */
  record Took(double all, double start, double needed) {}

  private final Path engine;
  private final List<Call> calls;
  private final String before;
  private final String after;
  private String current;

  EngineReplay(Path engine, List<Call> calls, String before, String after) {
    this.engine = engine;
    this.calls = calls.stream().filter(call -> !LEFT_OUT.matcher(call.request()).find()).toList();
    this.before = before;
    this.after = after;
    this.current = after;
  }

  int size() {
    return calls.size();
  }

  Took run(Path folder) {
    try {
      StringBuilder script =
          new StringBuilder("OLD=" + current + "\nneeded=0\nbegun=$(date +%s%N)\n");
      for (int i = 0; i < calls.size(); i++) {
        Path bodies = Files.createDirectories(folder.resolve("replay"));
        script.append(timed(calls.get(i), line(calls.get(i), bodies, i)));
      }
      script.append("echo $NEW $(($(date +%s%N) - begun)) $((healthy - started)) $needed\n");
      Path file = Files.writeString(folder.resolve("replay.sh"), script);
      String[] said = Shell.run(List.of("bash", file.toString()), null, Map.of()).text().split(" ");
      assertThat(said).hasSize(4);
      current = said[0];
      return new Took(seconds(said[1]), seconds(said[2]), seconds(said[3]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double seconds(String nanoseconds) {
    return Long.parseLong(nanoseconds) / 1e9;
  }

  /** What follows the start, which is the app's own, is not counted: its line begins anew. */
  private static String timed(Call call, String line) {
    if (!NEEDED.matcher(call.request()).find()) {
      return line;
    }
    int end = line.indexOf('\n') + 1;
    return "asked=$(date +%s%N)\n"
        + line.substring(0, end)
        + "needed=$((needed + $(date +%s%N) - asked))\n"
        + line.substring(end);
  }

  private String line(Call call, Path folder, int number) throws IOException {
    String[] words = call.request().split(" ", 2);
    String curl = "curl -s --unix-socket " + engine + " -X " + words[0];
    if (!call.body().isEmpty()) {
      Path body = folder.resolve(number + ".json");
      // The body's ids are put in by the shell: it reads it as a here document.
      Files.writeString(body, call.body());
      String ids = "sed \"s/" + before + "/$OLD/g; s/" + after + "/$NEW/g\" " + body;
      curl = ids + " | " + curl + " -H 'Content-Type: application/json' --data-binary @-";
    }
    String path = words[1].replace(before, "$OLD").replace(after, "$NEW");
    String all = curl + " \"http://d" + path + "\"";
    if (path.contains("/containers/create")) {
      return "NEW=$(" + all + " | sed -n 's/.*\"Id\":\"\\([0-9a-f]*\\)\".*/\\1/p')\n";
    }
    if (path.contains("/containers/$NEW/start")) {
      String address =
          "IP=$(curl -s --unix-socket "
              + engine
              + " http://d/containers/$NEW/json | grep -o '\"IPAddress\":\"[0-9.]\\+\"' | head -1 | tr -dc 0-9.)\n";
      return all
          + " -o /dev/null\nstarted=$(date +%s%N)\n"
          + address
          + ANSWERS
          + "\nhealthy=$(date +%s%N)\n";
    }
    return all + " -o /dev/null\n";
  }
}
