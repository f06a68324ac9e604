package dev.holdfast.config;

import static dev.holdfast.config.Reading.app;
import static dev.holdfast.config.Reading.git;
import static dev.holdfast.config.Reading.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract §2: what stops the start, and where it says so. */
class AgentConfigRefusalTest {
  static Stream<Arguments> server() {
    return Stream.of(
        arguments("servr: x", "1:1: unknown key 'servr'; did you mean 'server'?"),
        arguments("zzz: x", "1:1: unknown key 'zzz'"),
        arguments("server: [a]", "1:9: server: must be a single value, not a list"),
        arguments("server: {a: b}", "1:9: server: must be a single value, not a map"),
        arguments("server:", "1:8: server: has no value; give it one, or remove the key"),
        arguments("server: ''", "1:9: server: is empty; give it a value, or remove the key"),
        arguments(
            "server: a b",
            "1:9: server: 'a b' is not a name; use letters, digits, '.', '_' and '-'"),
        arguments(
            "environment: \"x\\ny\"",
            "1:14: environment: 'x?y' is not a name; use letters, digits, '.', '_' and '-'"),
        arguments(
            "state: var/lib", "1:8: state: 'var/lib' is not an absolute path without '.' and '..'"),
        arguments(
            "state: /var/../etc",
            "1:8: state: '/var/../etc' is not an absolute path without '.' and '..'"),
        arguments(
            "interval: 30",
            "1:11: interval: '30' is not a duration; write it as 500ms, 30s, 5m, 1h30m or 365d"),
        arguments(
            "interval: 5m1h",
            "1:11: interval: '5m1h' is not a duration; write it as 500ms, 30s, 5m, 1h30m or 365d"),
        arguments(
            "interval: -5s",
            "1:11: interval: '-5s' is not a duration; write it as 500ms, 30s, 5m, 1h30m or 365d"),
        arguments("interval: 99ms", "1:11: interval: '99ms' is too short; the least is 100ms"),
        arguments("concurrency: 0", "1:14: concurrency: '0' is not a whole number from 1 to 64"),
        arguments(
            "concurrency: 1.5", "1:14: concurrency: '1.5' is not a whole number from 1 to 64"),
        arguments(
            "concurrency: 99999999999",
            "1:14: concurrency: '99999999999' is not a whole number from 1 to 64"),
        arguments("docker: x", "1:9: docker: must be a map of keys and values"),
        arguments(
            "docker: { host: ssh://h }",
            "1:17: docker.host: 'ssh://h' is not a Docker host; write it as"
                + " unix:///var/run/docker.sock or tcp://host:2376"),
        arguments(
            "docker: { ca-file: /a }",
            "1:9: docker: TLS needs ca-file, cert-file and key-file together"),
        arguments(
            "docker: { host: 'unix:///x', ca-file: /a, cert-file: /b, key-file: /c }",
            "1:9: docker: ca-file, cert-file and key-file are for a tcp:// host; remove them"),
        arguments(
            "api: { socket: run.sock }",
            "1:16: api.socket: 'run.sock' is not an absolute path without '.' and '..'"),
        arguments(
            "api: { socket: /" + "s".repeat(107) + " }",
            "is longer than the 107 bytes that a socket's path may have"),
        arguments(
            "api: { listen: 7460 }",
            "1:16: api.listen: '7460' is not an address to listen on; write it as 127.0.0.1:7460,"
                + " [::1]:7460 or 0.0.0.0:7460, or off"),
        arguments(
            "api: { listen: '127.0.0.1:70000' }",
            "1:16: api.listen: '127.0.0.1:70000' is not an address"),
        arguments(
            "api: { listen: '0.0.0.0:80' }",
            "1:16: api.listen: is reachable from other hosts and needs a token-file"),
        arguments(
            "api: { token-file: /missing }", "1:20: api.token-file: '/missing' does not exist"),
        arguments("api: { token-file: /open }", "1:20: api.token-file: '/open' can be read by all"),
        arguments(
            "api: { token-file: token }",
            "1:20: api.token-file: 'token' is not an absolute path without '.' and '..'"),
        arguments(
            "api: { token: abc }", "1:8: api: unknown key 'token'; did you mean 'token-file'?"),
        arguments("registries: [a]", "1:13: registries: must be a map of keys and values"),
        arguments(
            "registries: { 'https://ghcr.io': {} }",
            "1:15: registries: 'https://ghcr.io' is not a registry; write its host and port alone"),
        arguments(
            "registries: { ghcr.io/acme: {} }",
            "1:15: registries: 'ghcr.io/acme' is not a registry"),
        arguments(
            "registries: { ghcr.io: { username: x } }",
            "1:24: registries.ghcr.io: username and password-file belong together"),
        arguments(
            "registries: { ghcr.io: { password: x } }",
            "1:26: registries.ghcr.io: unknown key 'password'; did you mean 'password-file'?"),
        arguments(
            "registries: { ghcr.io: { insecure: yes } }",
            "1:36: registries.ghcr.io.insecure: 'yes' is neither true nor false"),
        arguments(
            "registries: { docker.io: {}, index.docker.io: {} }",
            "is the same registry as another one here; remove one"),
        arguments(
            "notifiers: { ops: {} }",
            "1:19: notifiers.ops: needs exactly one of slack, webhook, email, ntfy, github, gitlab"),
        arguments(
            "notifiers: { ops: { slak: {} } }",
            "1:21: notifiers.ops: unknown key 'slak'; did you mean 'slack'?"),
        arguments(
            "notifiers: { ops: { slack: {} } }",
            "1:28: notifiers.ops.slack: needs either url or url-file"),
        arguments(
            "notifiers: { ops: { slack: { url-file: /missing } } }",
            "1:40: notifiers.ops.slack.url-file: '/missing' does not exist"),
        arguments(
            "notifiers: { h: { webhook: { url: 'ftp://x/' } } }",
            "1:35: notifiers.h.webhook.url: 'ftp://x/' is not a URL"),
        arguments(
            "notifiers: { m: { email: { from: a@b, smtp: 'smtp://h' } } }",
            "1:26: notifiers.m.email: 'to' is missing"),
        arguments(
            "notifiers: { m: { email: { to: [x], from: a@b, smtp: 'smtp://h' } } }",
            "1:33: notifiers.m.email.to: 'x' is not an e-mail address"),
        arguments(
            "notifiers: { m: { email: { to: [a@b], from: a@b, smtp: 'smtp://u:p@h' } } }",
            "carries a login; it must not stand in a URL"),
        arguments(
            "notifiers: { m: { slack: { url-file: /s }, on: [suceeded] } }",
            "1:49: notifiers.m.on: 'suceeded' is not one of started, succeeded, failed,"
                + " rolled-back, rollback-failed, degraded, superseded, approval-waiting, trouble, recovered; did you"
                + " mean 'succeeded'?"),
        arguments(
            "notifiers: { m: { slack: { url-file: /s }, on: [] } }",
            "1:48: notifiers.m.on: names nothing to tell of"),
        arguments(
            "notifiers: { m: { slack: { url-file: /s }, on: succeeded } }",
            "1:48: notifiers.m.on: must be a list"),
        arguments(
            "notifiers: { m: { github: { token-file: /s }, on: [trouble] } }",
            "1:52: notifiers.m.on: 'trouble' is not about a commit"),
        arguments(
            "notifiers: { m: { github: {} } }",
            "1:27: notifiers.m.github: 'token-file' is missing"),
        arguments(
            "notifiers: { m: { github: { token-file: /s, url: 'http://ghe.lan' } } }",
            "1:50: notifiers.m.github.url: 'http://ghe.lan' is plain http"),
        arguments(
            "notifiers: { m: { gitlab: { token-file: /s, repository: '../x' } } }",
            "1:57: notifiers.m.gitlab.repository: '../x' is not a repository"),
        arguments(
            "notifiers: { m: { gitlab: { token-file: /s, commit: application } } }",
            "1:27: notifiers.m.gitlab: commit: application needs repository"),
        arguments(
            "notifiers: { m: { ntfy: { url: 'https://ntfy.sh/x', token: y } } }",
            "1:53: notifiers.m.ntfy: unknown key 'token'; did you mean 'token-file'?"),
        arguments(
            "notifiers: { m: { email: { to: [a@b], from: a@b, smtp: 'smtp://h', username: u } } }",
            "1:26: notifiers.m.email: username and password-file belong together"),
        arguments("hooks: { h: {} }", "1:13: hooks.h: 'secret-file' is missing; name the file"),
        arguments("hooks: { 'a/b': { secret-file: /s } }", "1:10: hooks: 'a/b' is not a name"),
        arguments(
            "hooks: { h: { secret-file: /s, apps: [shop] } }",
            "1:39: hooks.h.apps: 'shop' is not among the apps"),
        arguments(
            "hooks: { h: { secret-file: /open } }",
            "1:28: hooks.h.secret-file: '/open' can be read by all"));
  }

  static Stream<Arguments> apps() {
    String where = "4:";
    return Stream.of(
        arguments(
            "apps: { Shop: { source: { directory: /s } } }",
            "1:9: apps: 'Shop' is not a Compose project name"),
        arguments(
            "apps: { ../x: { source: { directory: /s } } }",
            "1:9: apps: '../x' is not a Compose project name"),
        arguments(
            "apps: { shop: }",
            "apps.shop: 'source' is missing; give source.git or source.directory"),
        arguments(
            "apps: { shop: { source: {} } }", "1:25: apps.shop.source: needs git or directory"),
        arguments(
            "apps: { shop: { source: { directory: /a, git: { url: 'https://h/a', ref: b } } } }",
            "1:25: apps.shop.source: has both git and directory; remove one"),
        arguments(
            "apps: { shop: { source: { directory: a } } }",
            "1:38: apps.shop.source.directory: 'a' is not an absolute path"),
        arguments(
            git("ref: main"),
            "3:20: apps.shop.source.git: 'url' is missing; give the repository's URL"),
        arguments(git("url: 'https://h/a'"), "3:20: apps.shop.source.git: 'ref' is missing"),
        arguments(
            git("url: 'https://h/a', ref: '-x'"),
            "apps.shop.source.git.ref: '-x' is not a branch, a tag"),
        arguments(
            git("url: 'https://h/a', ref: 'a..b'"),
            "apps.shop.source.git.ref: 'a..b' is not a branch, a tag"),
        arguments(
            git("url: 'https://h/a', ref: b, path: ../x"),
            "apps.shop.source.git.path: '../x' is not a relative path inside of the source"),
        arguments(
            git("url: 'ext::sh -c x', ref: b"),
            "apps.shop.source.git.url: 'ext::sh -c x' is not a URL"),
        arguments(git("url: '--upload-pack=x', ref: b"), "is not a URL"),
        arguments(git("url: '-x:y', ref: b"), "is not a URL"),
        arguments(
            git("url: 'http://git.lan/a', ref: b"),
            "is plain http, which anyone on the way can read and change; use https"),
        arguments(
            git("url: 'https://u:p@h/a', ref: b"),
            "carries a login; write it as username: and password-file: instead"),
        arguments(git("url: '/srv/a.git', ref: b"), "is not a URL that is known here"),
        arguments(
            git("url: 'ssh://git@h/a', ref: b"),
            "apps.shop.source.git: an ssh URL needs ssh-key-file and known-hosts-file"),
        arguments(
            git("url: 'git@h:a', ref: b, ssh-key-file: /k"),
            "an ssh URL needs ssh-key-file and known-hosts-file"),
        arguments(
            git("url: 'git@h:a', ref: b, ssh-key-file: /open, known-hosts-file: /h"),
            "ssh-key-file: '/open' can be read by all"),
        arguments(
            git("url: 'git@h:a', ref: b, ssh-key-file: /k, known-hosts-file: /missing"),
            "known-hosts-file: '/missing' does not exist"),
        arguments(
            git("url: 'https://h/a', ref: b, ssh-key-file: /k, known-hosts-file: /h"),
            "ssh-key-file and known-hosts-file are for ssh; remove them"),
        arguments(
            git("url: 'https://h/a', ref: b, username: x"),
            "username and password-file belong together; give both or none"),
        arguments(
            git("url: 'git://h/a', ref: b, username: x, password-file: /p"),
            "username and password-file are for https; remove them"),
        arguments(
            Reading.app("directory: srv"),
            where + "16: apps.shop.directory: 'srv' is not an absolute path"),
        arguments(
            Reading.app("compose: compose.yaml"),
            where + "14: apps.shop.compose: must be a list, as in [a, b]"),
        arguments(
            Reading.app("compose: [/etc/x.yaml]"),
            where
                + "15: apps.shop.compose: '/etc/x.yaml' is not a relative path inside of the"
                + " source"),
        arguments(
            Reading.app("compose: [a, ../b]"),
            where + "18: apps.shop.compose: '../b' is not a relative path inside of the source"),
        arguments(
            Reading.app("compose: [.]"),
            where + "15: apps.shop.compose: '.' is not a file in the source"),
        arguments(
            Reading.app("versions: ../v.yaml"),
            where
                + "15: apps.shop.versions: '../v.yaml' is not a relative path inside of the"
                + " source"),
        arguments(
            Reading.app("env-files: [/open.env]"),
            where + "17: apps.shop.env-files: '/open.env' can be read by all"),
        arguments(
            Reading.app("env-files: [/missing.env]"),
            where + "17: apps.shop.env-files: '/missing.env' does not exist"),
        arguments(
            Reading.app("require-env: [A-B]"),
            where + "19: apps.shop.require-env: 'A-B' is not the name of a variable"),
        arguments(
            Reading.app("allow: [priviledged]"),
            where
                + "13: apps.shop.allow: 'priviledged' is not one of privileged, host-network,"
                + " host-pid, host-ipc, docker-socket, devices, capabilities, security-opt, all;"
                + " did you mean 'privileged'?"),
        arguments(
            Reading.app("allow-paths: [data]"),
            where + "19: apps.shop.allow-paths: 'data' is not an absolute path"),
        arguments(
            Reading.app("beside: [Old Shop]"),
            where + "14: apps.shop.beside: 'Old Shop' is not the name of a Compose project"),
        arguments(
            Reading.app("allow-images: []"), where + "19: apps.shop.allow-images: allows no image"),
        arguments(
            Reading.app("allow-images: ['a b']"),
            where + "20: apps.shop.allow-images: 'a b' is not a pattern of images"),
        arguments(
            Reading.app("approval: { expires: 1h }"), "apps.shop.approval: 'required' is missing"),
        arguments(
            Reading.app("approval: { required: true, expires: 1s }"),
            "apps.shop.approval.expires: '1s'"),
        arguments(
            Reading.app("freeze: [{ from: 2026-12-20, to: 2026-12-19, zone: UTC }]"),
            "apps.shop.freeze[0]: ends before it begins"),
        arguments(
            Reading.app("freeze: [{ from: 2026-13-20, to: 2026-12-19, zone: UTC }]"),
            "apps.shop.freeze[0].from: '2026-13-20' is no date"),
        arguments(
            Reading.app("freeze: [{ from: 2026-12-20, zone: UTC }]"),
            "apps.shop.freeze[0]: 'to' is missing"),
        arguments(Reading.app("group: \"a b\""), "apps.shop.group: 'a b' is not a name"),
        arguments(
            Reading.app("approval: maybe"),
            where + "15: apps.shop.approval: 'maybe' is not one of none, required"),
        arguments(
            Reading.app("window: { days: mon }"), where + "13: apps.shop.window: must be a list"),
        arguments(
            Reading.app("window: [{ days: mo, from: '09:00', to: '10:00', zone: UTC }]"),
            where + "22: apps.shop.window[0].days: 'mo' is not a set of days"),
        arguments(
            Reading.app("window: [{ from: '9', to: '10:00', zone: UTC }]"),
            where + "22: apps.shop.window[0].from: '9' is not a time of day"),
        arguments(
            Reading.app("window: [{ from: '24:00', to: '10:00', zone: UTC }]"),
            "'24:00' is not a time of day"),
        arguments(
            Reading.app("window: [{ from: '09:00', to: '10:00', zone: Berlin }]"),
            "apps.shop.window[0].zone: 'Berlin' is not a time zone"),
        arguments(
            Reading.app("window: [{ from: '09:00', to: '09:00', zone: UTC }]"),
            "from and to are the same"),
        arguments(
            Reading.app("window: [{ from: '09:00', zone: UTC }]"),
            where + "14: apps.shop.window[0]: 'to' is missing"),
        arguments(
            "notifiers: { ops: { slack: { url-file: /s } } }\n" + Reading.app("notify: [opps]"),
            "5:14: apps.shop.notify: 'opps' is not among the notifiers; did you mean 'ops'?"),
        arguments(
            Reading.app("keep: { releases: 0 }"),
            where + "23: apps.shop.keep.releases: '0' is not a whole number from 1 to 1000"),
        arguments(
            Reading.app("keep: { backups: x }"),
            where + "22: apps.shop.keep.backups: 'x' is not a whole number"),
        arguments(
            Reading.app("keep: { records: 5m }"),
            where + "22: apps.shop.keep.records: '5m' is too short; the least is 1h"),
        arguments(
            Reading.app("keep: { backup_age: 5d }"),
            where + "13: apps.shop.keep: unknown key 'backup_age'; did you mean 'backup-age'?"));
  }

  static Stream<Arguments> yaml() {
    return Stream.of(
        arguments("", "1:1: is empty, or all of it is commented out; write at least 'apps: {}'"),
        arguments("# only a comment\n", "1:1: is empty"),
        arguments("- a\n", "1:1: must be a map of keys and values"),
        arguments("server: a\nserver: b\n", "2:1: server: stands here twice; remove one"),
        arguments("server: a\n\tstate: /b\n", "2:1: is not valid YAML"),
        arguments("server: {a\n", "is not valid YAML"),
        arguments("server: \"a\n", "is not valid YAML"),
        arguments(
            "server: a\n---\nserver: b\n",
            "3:1: is a second YAML document; only one is read: remove it"),
        arguments(
            "server: a\u0001\n",
            "1:10: holds a character that YAML does not allow (U+0001); remove it"),
        arguments("server: *nothing\n", "1:9: is not valid YAML"),
        arguments("[a]: b\n", "1:1: a key must be plain text"),
        arguments(
            "a: &a [1]\nb: [" + "*a, ".repeat(60) + "]\n",
            "is not YAML that is read here: Number of aliases"),
        arguments("a: " + "[".repeat(50_000), "1:"),
        arguments("x: y\n".repeat(300_000), "1:1: is larger than 1 MiB; that is no agent.yaml"));
  }

  static Stream<Arguments> variables() {
    return Stream.of(
        arguments(
            "server: ${UNSET}",
            "1:9: server: needs the variable UNSET, which is not set; set it in the agent's"
                + " environment or write ${UNSET:-default}"),
        arguments("server: ${EMPTY}", "1:9: server: is empty"),
        arguments(
            "server: ${NAME:?oops}",
            "1:9: server: holds a reference that is not known; write ${VAR} or ${VAR:-default}"),
        arguments("server: '${NAME'", "holds a reference that is not known"),
        arguments("server: '${}'", "holds a reference that is not known"),
        arguments("server: ${UNSET:-${NAME}}", "holds a reference that is not known"),
        arguments("server: ${PASSPHRASE}", "1:9: server: the value of the variable is not a name"));
  }

  @ParameterizedTest
  @MethodSource({"server", "apps", "yaml", "variables"})
  void aWrongFileIsRefusedWithThePlaceAndTheReason(String yaml, String expected) {
    assertThat(problems(yaml))
        .isNotEmpty()
        .allMatch(problem -> problem.startsWith("agent.yaml:"))
        .anyMatch(problem -> problem.contains(expected));
    assertThat(problems(yaml).toString()).doesNotContain("very secret words");
  }

  @Test
  void allProblemsAreToldAtOnceInTheOrderOfTheFile() {
    assertThat(
            problems(
                "state: x\nservr: y\n"
                    + app("keep: { releases: 0 }", "compos: [a]")
                    + "interval: 5\n"))
        .extracting(problem -> problem.split(" ", 2)[0])
        .containsExactly(
            "agent.yaml:1:8:",
            "agent.yaml:2:1:",
            "agent.yaml:6:23:",
            "agent.yaml:7:5:",
            "agent.yaml:8:11:");
  }

  @Test
  void oneProblemIsToldOnce() {
    assertThat(
            problems(
                "notifiers: { ops: { slack: { url-file: /missing } } }\n" + app("notify: [ops]")))
        .hasSize(1);
    assertThat(problems(git("url: 'ftp://h/a', ref: b"))).hasSize(1);
    assertThat(problems("docker: { host: x }")).hasSize(1);
    assertThat(problems("api: { listen: x }")).hasSize(1);
  }

  @Test
  void thousandsOfProblemsAreBounded() {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      yaml.append("key").append(i).append(": x\n");
    }

    assertThat(problems(yaml.toString())).hasSize(200);
  }

  @Test
  void bytesThatAreNoTextHaveAPlace() {
    byte[] bytes = "server: a\nstate: x".getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 1] = (byte) 0xC3;

    ReadConfig read = AgentConfigReader.read("agent.yaml", bytes, Reading.surroundings());
    assertThat(((ReadConfig.Invalid) read).problems())
        .extracting(ConfigProblem::toString)
        .containsExactly("agent.yaml:2:8: is not UTF-8 text; save the file as UTF-8");
  }
}
