package dev.holdfast.config;

import static dev.holdfast.config.Reading.app;
import static dev.holdfast.config.Reading.git;
import static dev.holdfast.config.Reading.problems;
import static dev.holdfast.config.Reading.valid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.config.AgentConfig.Listen;
import dev.holdfast.config.AppConfig.Keep;
import dev.holdfast.config.AppConfig.Login;
import dev.holdfast.config.AppConfig.Origin;
import dev.holdfast.config.AppConfig.Permission;
import dev.holdfast.config.AppConfig.Versions;
import dev.holdfast.config.NotifierConfig.Channel;
import dev.holdfast.config.NotifierConfig.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contract §2: what each key becomes. */
class AgentConfigReaderTest {
  private static final List<String> KEYS =
      List.of(
          ("server environment state docker host ca-file cert-file key-file api socket listen"
                  + " token-file interval concurrency registries username password-file insecure"
                  + " notifiers slack url-file webhook url secret-file email to from smtp apps source on ntfy github gitlab token-file require-tls commit deployments repository hooks secret-file"
                  + " git ref path ssh-key-file known-hosts-file directory compose versions env-files"
                  + " require-env allow allow-paths allow-images allow-urls settle approval required expires window days zone freeze reason group notify keep"
                  + " beside releases backups backup-age records")
              .split(" "));

  @Test
  void whatIsNotSaidHasTheContractsDefault() {
    AgentConfig config = valid("apps: {}");

    assertThat(config.server()).isEqualTo("host-1");
    assertThat(config.environment()).isEqualTo("production");
    assertThat(config.state()).isEqualTo(Path.of("/var/lib/holdfast"));
    assertThat(config.docker().host()).as("from $DOCKER_HOST").isEqualTo("tcp://10.0.0.1:2375");
    assertThat(config.docker().tls()).isNull();
    assertThat(config.api().socket()).isEqualTo(Path.of("/run/holdfast/holdfast.sock"));
    assertThat(config.api().listen()).isEqualTo(new Listen("127.0.0.1", 7460));
    assertThat(config.api().token()).isNull();
    assertThat(config.interval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.concurrency()).isEqualTo(2);
    assertThat(config.registries()).isEmpty();
    assertThat(config.notifiers()).isEmpty();
    assertThat(config.hooks()).isEmpty();
    assertThat(config.apps()).isEmpty();
  }

  @Test
  void withoutAVariableTheEngineIsAtItsUsualSocket() {
    Surroundings bare =
        new Surroundings(Map.of(), "host-1", (file, kind) -> java.util.Optional.empty());
    ReadConfig read = AgentConfigReader.read("agent.yaml", "apps: {}".getBytes(), bare);

    assertThat(((ReadConfig.Valid) read).config().docker().host())
        .isEqualTo("unix:///var/run/docker.sock");
  }

  @Test
  void anAppHasTheContractsDefaults() {
    AppConfig shop = valid(app()).apps().get("shop");

    assertThat(shop.name()).isEqualTo("shop");
    assertThat(shop.source()).isEqualTo(new Origin.Directory(Path.of("/srv/shop")));
    assertThat(shop.directory()).isNull();
    assertThat(shop.compose()).isEmpty();
    assertThat(shop.versions()).isEqualTo(new Versions.InSource("versions.yaml", false));
    assertThat(shop.envFiles()).isEmpty();
    assertThat(shop.requireEnv()).isEmpty();
    assertThat(shop.allow()).isEmpty();
    assertThat(shop.allowPaths()).isEmpty();
    assertThat(shop.allowImages()).containsExactly("*");
    assertThat(shop.approval()).isEqualTo(AppConfig.Approval.NONE);
    assertThat(shop.window()).isEmpty();
    assertThat(shop.notifiers()).isEmpty();
    assertThat(shop.keep())
        .isEqualTo(Keep.DEFAULT)
        .isEqualTo(new Keep(3, 5, Duration.ofDays(30), Duration.ofDays(365)));
  }

  @Test
  void everyKeyOfTheServerIsRead() {
    AgentConfig config =
        valid(
            """
            server: vps-1
            environment: staging
            state: /srv/state
            docker: { host: "tcp://docker.lan:2376", ca-file: /t/ca.pem, cert-file: /t/cert.pem, key-file: /t/key.pem }
            api: { socket: /run/x.sock, listen: "[::]:80", token-file: /etc/token }
            interval: 1h30m
            concurrency: 4
            registries:
              ghcr.io: { username: acme-bot, password-file: /etc/ghcr }
              registry.lan:5000: { insecure: true }
              index.docker.io: {}
            notifiers:
              ops: { slack: { url-file: /etc/slack } }
              hook: { webhook: { url: "https://ops.example.com/holdfast", secret-file: /etc/hmac } }
              mail: { email: { to: [ops@example.com, b@example.com], from: holdfast@example.com, smtp: "smtp://127.0.0.1:25" } }
              push: { ntfy: { url: "https://ntfy.sh/ops", token-file: /etc/ntfy }, on: [rolled-back, trouble] }
              ci: { github: { token-file: /etc/gh } }
              lab: { gitlab: { url: "https://git.lan/", token-file: /etc/gl, repository: acme/x/shop, commit: application, deployments: false }, on: [succeeded] }
              relay: { email: { to: [a@b], from: a@b, smtp: "smtps://mail.lan", username: u, password-file: /etc/mail, require-tls: true } }
            hooks:
              git: { secret-file: /etc/hook }
              shop: { secret-file: /etc/hook2, apps: [shop] }
            apps: { shop: { source: { directory: /srv/shop } } }
            """);

    assertThat(config.server()).isEqualTo("vps-1");
    assertThat(config.environment()).isEqualTo("staging");
    assertThat(config.state()).isEqualTo(Path.of("/srv/state"));
    assertThat(config.docker())
        .isEqualTo(
            new AgentConfig.Docker(
                "tcp://docker.lan:2376",
                new AgentConfig.Docker.Tls(
                    Path.of("/t/ca.pem"), Path.of("/t/cert.pem"), Path.of("/t/key.pem"))));
    assertThat(config.api())
        .isEqualTo(
            new AgentConfig.Api(
                Path.of("/run/x.sock"),
                new Listen("::", 80),
                Secret.ofFile(Path.of("/etc/token"))));
    assertThat(config.interval()).isEqualTo(Duration.ofMinutes(90));
    assertThat(config.concurrency()).isEqualTo(4);
    assertThat(config.registries())
        .containsOnlyKeys("ghcr.io", "registry.lan:5000", "docker.io")
        .containsEntry(
            "ghcr.io",
            new AgentConfig.RegistryAccess("acme-bot", Secret.ofFile(Path.of("/etc/ghcr")), false))
        .containsEntry("registry.lan:5000", new AgentConfig.RegistryAccess(null, null, true));
    assertThat(config.hooks())
        .containsEntry("git", new HookConfig(Secret.ofFile(Path.of("/etc/hook")), Set.of()))
        .containsEntry("shop", new HookConfig(Secret.ofFile(Path.of("/etc/hook2")), Set.of("shop")))
        .hasSize(2);
    assertThat(config.notifiers())
        .containsOnlyKeys("ops", "hook", "mail", "push", "ci", "lab", "relay")
        .containsEntry(
            "ops",
            new NotifierConfig(
                new Channel.Slack(Secret.ofFile(Path.of("/etc/slack"))), NotifierConfig.FOR_PEOPLE))
        .containsEntry(
            "push",
            new NotifierConfig(
                new Channel.Ntfy(
                    Secret.ofText("https://ntfy.sh/ops"), Secret.ofFile(Path.of("/etc/ntfy"))),
                Set.of(Event.ROLLED_BACK, Event.TROUBLE)))
        .containsEntry(
            "ci",
            new NotifierConfig(
                new Channel.Forge(
                    NotifierConfig.ForgeKind.GITHUB,
                    "https://api.github.com",
                    null,
                    Secret.ofFile(Path.of("/etc/gh")),
                    NotifierConfig.Commit.SOURCE,
                    true),
                NotifierConfig.FOR_COMMITS))
        .containsEntry(
            "lab",
            new NotifierConfig(
                new Channel.Forge(
                    NotifierConfig.ForgeKind.GITLAB,
                    "https://git.lan",
                    "acme/x/shop",
                    Secret.ofFile(Path.of("/etc/gl")),
                    NotifierConfig.Commit.APPLICATION,
                    false),
                Set.of(Event.SUCCEEDED)))
        .containsEntry(
            "relay",
            new NotifierConfig(
                new Channel.Email(
                    List.of("a@b"),
                    "a@b",
                    "smtps://mail.lan",
                    new NotifierConfig.Login("u", Secret.ofFile(Path.of("/etc/mail"))),
                    true),
                NotifierConfig.FOR_PEOPLE))
        .containsEntry(
            "hook",
            new NotifierConfig(
                new Channel.Webhook(
                    Secret.ofText("https://ops.example.com/holdfast"),
                    Secret.ofFile(Path.of("/etc/hmac"))),
                NotifierConfig.FOR_PEOPLE))
        .containsEntry(
            "mail",
            new NotifierConfig(
                new Channel.Email(
                    List.of("ops@example.com", "b@example.com"),
                    "holdfast@example.com",
                    "smtp://127.0.0.1:25",
                    null,
                    false),
                NotifierConfig.FOR_PEOPLE));
    assertThat(NotifierConfig.FOR_PEOPLE)
        .containsExactly(
            Event.SUCCEEDED,
            Event.FAILED,
            Event.ROLLED_BACK,
            Event.ROLLBACK_FAILED,
            Event.DEGRADED,
            Event.APPROVAL_WAITING,
            Event.TROUBLE,
            Event.RECOVERED);
    assertThat(NotifierConfig.FOR_COMMITS)
        .doesNotContain(Event.TROUBLE, Event.RECOVERED)
        .hasSize(7);
  }

  @Test
  void everyKeyOfAnAppIsRead() {
    AppConfig shop =
        valid(
                """
                notifiers: { ops: { slack: { url-file: /etc/slack } } }
                apps:
                  shop:
                    source:
                      git:
                        url: https://git.example.com/acme/shop-deploy.git
                        ref: refs/heads/main
                        path: ./production/
                        username: x
                        password-file: /etc/git
                    directory: /srv/shop
                    compose: [compose.yaml, deploy/compose.prod.yaml]
                    versions: /srv/versions.yaml
                    env-files: [/etc/shop.env, /etc/more.env]
                    require-env: [DATABASE_URL, DIRECT_URL]
                    beside: [old-shop]
                    allow: [privileged, host-network, host-pid, host-ipc, docker-socket, devices, capabilities, security-opt]
                    allow-paths: [/srv/data]
                    allow-images: ["ghcr.io/acme/*"]
                    approval: required
                    window:
                      - { days: mon-fri, from: "09:00", to: "16:00", zone: Europe/Berlin }
                      - { days: "sat, sun-mon", from: "22:00", to: "02:00", zone: UTC }
                    freeze:
                      - { from: 2026-12-20, to: 2027-01-02, zone: Europe/Berlin, reason: Christmas }
                      - { from: "2026-10-25T02:30", to: "2026-10-25 02:30", zone: Europe/Berlin }
                    group: database
                    notify: [ops]
                    keep: { releases: 5, backups: 7, backup-age: 10d, records: 1000d }
                """)
            .apps()
            .get("shop");

    assertThat(shop.source())
        .isEqualTo(
            new Origin.Git(
                "https://git.example.com/acme/shop-deploy.git",
                "refs/heads/main",
                "production",
                new Login.Password("x", Secret.ofFile(Path.of("/etc/git")))));
    assertThat(shop.directory()).isEqualTo(Path.of("/srv/shop"));
    assertThat(shop.compose()).containsExactly("compose.yaml", "deploy/compose.prod.yaml");
    assertThat(shop.versions()).isEqualTo(new Versions.OnServer(Path.of("/srv/versions.yaml")));
    assertThat(shop.envFiles()).containsExactly(Path.of("/etc/shop.env"), Path.of("/etc/more.env"));
    assertThat(shop.requireEnv()).containsExactly("DATABASE_URL", "DIRECT_URL");
    assertThat(shop.beside()).containsExactly("old-shop");
    assertThat(shop.allow()).hasSize(Permission.values().length - 1).doesNotContain(Permission.ALL);
    assertThat(shop.allows(Permission.DEVICES)).isTrue();
    assertThat(shop.allowPaths()).containsExactly(Path.of("/srv/data"));
    assertThat(shop.allowImages()).containsExactly("ghcr.io/acme/*");
    assertThat(shop.approval()).isEqualTo(AppConfig.Approval.REQUIRED);
    assertThat(shop.window().getFirst().days())
        .containsExactlyInAnyOrder(
            DayOfWeek.MONDAY,
            DayOfWeek.TUESDAY,
            DayOfWeek.WEDNESDAY,
            DayOfWeek.THURSDAY,
            DayOfWeek.FRIDAY);
    assertThat(shop.window().getFirst().zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(shop.window().getLast())
        .isEqualTo(
            new AppConfig.Window(
                Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY, DayOfWeek.MONDAY),
                LocalTime.of(22, 0),
                LocalTime.of(2, 0),
                ZoneId.of("UTC")));
    assertThat(shop.freeze())
        .as("whole days, the last one too; an hour that comes twice is in it both times")
        .containsExactly(
            new AppConfig.Freeze(
                Instant.parse("2026-12-19T23:00:00Z"),
                Instant.parse("2027-01-02T23:00:00Z"),
                ZoneId.of("Europe/Berlin"),
                "Christmas"),
            new AppConfig.Freeze(
                Instant.parse("2026-10-25T00:30:00Z"),
                Instant.parse("2026-10-25T01:30:00Z"),
                ZoneId.of("Europe/Berlin"),
                "no reason is given"));
    assertThat(shop.group()).isEqualTo("database");
    assertThat(shop.approvalExpires()).isNull();
    assertThat(shop.notifiers()).containsExactly("ops");
    assertThat(shop.keep()).isEqualTo(new Keep(5, 7, Duration.ofDays(10), Duration.ofDays(1000)));
  }

  @Test
  void anApprovalMayExpire() {
    AppConfig shop = valid(app("approval: { required: true, expires: 24h }")).apps().get("shop");
    assertThat(shop.approval()).isEqualTo(AppConfig.Approval.REQUIRED);
    assertThat(shop.approvalExpires()).isEqualTo(Duration.ofHours(24));
    assertThat(valid(app("approval: { required: false }")).apps().get("shop").approval())
        .isEqualTo(AppConfig.Approval.NONE);
  }

  @Test
  void allowAllAllowsEach() {
    AppConfig shop = valid(app("allow: [all]")).apps().get("shop");

    assertThat(Permission.values()).allMatch(shop::allows);
    assertThat(valid(app("allow: [devices]")).apps().get("shop").allows(Permission.PRIVILEGED))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example.com/a.git",
    "ssh://git@git.example.com:2222/a.git",
    "git@github.com:acme/a.git",
    "git://10.0.0.2/a.git",
    "file:///srv/git/a.git",
    "http://127.0.0.1:8080/a.git",
    "http://localhost/a.git"
  })
  void everyKindOfRepositoryIsTaken(String url) {
    boolean ssh = url.startsWith("ssh") || url.startsWith("git@");
    String login = ssh ? ", ssh-key-file: /k, known-hosts-file: /h" : "";
    Origin.Git git =
        (Origin.Git)
            valid(git("url: '" + url + "', ref: v1.2.3" + login)).apps().get("shop").source();

    assertThat(git.url()).isEqualTo(url);
    assertThat(git.ref()).isEqualTo("v1.2.3");
    assertThat(git.path()).isEmpty();
    assertThat(git.login())
        .isEqualTo(ssh ? new Login.SshKey(Path.of("/k"), Path.of("/h")) : new Login.None());
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,500",
    "30s,30000",
    "5m,300000",
    "1h30m,5400000",
    "365d,31536000000",
    "1d1h1m1s1ms,90061001"
  })
  void durationsAreReadInAllTheirUnits(String text, long milliseconds) {
    assertThat(valid("interval: " + text).interval()).isEqualTo(Duration.ofMillis(milliseconds));
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1:7460,true", "127.1.2.3:1,true", "localhost:80,true", "'[::1]:0',true"})
  void loopbackNeedsNoToken(String listen, boolean loopback) {
    assertThat(valid("api: { listen: '" + listen + "' }").api().listen().loopback())
        .isEqualTo(loopback);
  }

  @Test
  void listeningCanBeOff() {
    assertThat(valid("api: { listen: off }").api().listen()).isNull();
  }

  @Test
  void variablesAreReplacedInValuesAndNowhereElse() {
    AgentConfig config =
        valid(
            "server: ${NAME}\n"
                + "environment: ${UNSET:-stage}-${EMPTY:-x}\n"
                + "concurrency: ${COUNT} # ${UNSET}\n"
                + "state: /srv/$${NAME}/$NAME/100$");

    assertThat(config.server()).isEqualTo("vps-7");
    assertThat(config.environment()).isEqualTo("stage-x");
    assertThat(config.concurrency()).isEqualTo(3);
    assertThat(config.state()).isEqualTo(Path.of("/srv/${NAME}/$NAME/100$"));
  }

  @Test
  void aVariableCannotAddKeys() {
    Surroundings hostile =
        new Surroundings(
            Map.of("X", "a\nconcurrency: 9"), "h", (file, kind) -> java.util.Optional.empty());

    assertThat(AgentConfigReader.read("agent.yaml", "server: ${X}".getBytes(), hostile))
        .isInstanceOf(ReadConfig.Invalid.class);
  }

  @Test
  void aByteOrderMarkAndAnchorsAreFine() {
    AgentConfig config = valid("\uFEFFapps:\n  a: &a { source: { directory: /srv/a } }\n  b: *a\n");

    assertThat(config.apps()).containsOnlyKeys("a", "b");
    assertThat(config.apps().get("b").name()).isEqualTo("b");
  }

  @Test
  void theExampleIsValidAndHoldsEveryKey() throws IOException {
    String example = Files.readString(Path.of("agent.yaml.example"));
    assertThat(valid(example).apps()).containsOnlyKeys("shop");

    String uncommented =
        example
            .lines()
            .map(line -> line.replaceFirst("^( *)# (?!agent.yaml)(?=[a-z.0-9:-]+: |  - \\{)", "$1"))
            .collect(Collectors.joining("\n"));
    // What is left to say is that the choices exclude each other: nothing else is wrong with what
    // is commented out.
    assertThat(problems(uncommented))
        .extracting(problem -> problem.split(" ", 2)[1])
        .containsExactly(
            "docker: ca-file, cert-file and key-file are for a tcp:// host; remove them",
            "docker.host: stands here twice; remove one",
            "apps.shop.source: has both git and directory; remove one",
            "apps.shop.source.git: ssh-key-file and known-hosts-file are for ssh; remove them");
    assertThat(KEYS).allMatch(key -> uncommented.matches("(?s).*[ {\n]" + key + ":.*"));
  }
}
