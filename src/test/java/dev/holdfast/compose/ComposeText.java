package dev.holdfast.compose;

import java.util.List;
import java.util.Set;

/** A Compose file as text, with the files that the table of keys names, for other rooms' tests. */
public final class ComposeText {
  private ComposeText() {}

  public static LoadRequest request(String compose, Set<String> allow) {
    Files tree =
        Files.compose(compose)
            .with("api.env", "FROM=file\n")
            .with("api.labels", "a=1\nb=2\n")
            .with("seccomp.json", "{ \"a b\" : [ 1,\n \"\\\" x\" ] }\n");
    return LoadRequest.of("shop", tree)
        .withPermissions(new Permissions(allow, List.of(), List.of("*")));
  }
}
