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

  /** Seconds of all, and from the start of the container to its first good answer. */
  record Took(double all, double start) {}

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
      StringBuilder script = new StringBuilder("OLD=" + current + "\nbegun=$(date +%s%N)\n");
      for (int i = 0; i < calls.size(); i++) {
        script.append(line(calls.get(i), Files.createDirectories(folder.resolve("replay")), i));
      }
      script.append("echo $NEW $(($(date +%s%N) - begun)) $((healthy - started))\n");
      Path file = Files.writeString(folder.resolve("replay.sh"), script);
      String[] said = Shell.run(List.of("bash", file.toString()), null, Map.of()).text().split(" ");
      assertThat(said).hasSize(3);
      current = said[0];
      return new Took(Long.parseLong(said[1]) / 1e9, Long.parseLong(said[2]) / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
