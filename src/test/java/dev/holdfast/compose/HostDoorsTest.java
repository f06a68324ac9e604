package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.request;
import static dev.holdfast.compose.Loading.service;
import static dev.holdfast.compose.Loading.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Dependency;
import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.ServiceSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What somebody who may push to the repository, and no more, could try to get at the server or at
 * other apps with. Each way is shut unless agent.yaml opens it.
 */
class HostDoorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        // another spelling of what is guarded
        "privileged: 'yes'|4|privileged|allow: [privileged]",
        "cap_add: [cap_sys_admin]|4|cap_add|allow: [capabilities]",
        "cap_add: [all]|4|cap_add|allow: [capabilities]",
        "cap_add: [CHOWN, SYS_PTRACE]|4|cap_add|allow: [capabilities]",
        "security_opt: ['no-new-privileges:false']|4|security_opt|allow: [security-opt]",
        "security_opt: ['label:disable']|4|security_opt|allow: [security-opt]",
        "security_opt: ['systempaths:unconfined']|4|security_opt|allow: [security-opt]",
        "security_opt: [apparmor=other-profile]|4|security_opt|allow: [security-opt]",
        // programs and profiles of the server
        "runtime: /usr/bin/shim|4|runtime|must be the name of a runtime",
        "runtime: ../shim|4|runtime|must be the name of a runtime",
        "security_opt: ['seccomp=/etc/shadow']|4|security_opt|no file of the source",
        "security_opt: ['seccomp=../../etc/shadow']|4|security_opt|no file of the source",
        "security_opt: ['credentialspec=file://x']|4|security_opt|takes no-new-privileges",
        "cgroup_parent: ../../system.slice|4|cgroup_parent|is not the path of a cgroup",
        // containers of strangers
        "network_mode: container:other|4|network_mode|allow: [host-network]",
        "pid: container:other|4|pid|allow: [host-pid]",
        "ipc: container:other|4|ipc|allow: [host-ipc]",
        "volumes_from: ['container:other']|4|volumes_from|allow: [privileged]",
        "network_mode: 'container:'|4|network_mode|must be host, none",
        "network_mode: other_default|4|network_mode|must be host, none",
        "network_mode: bridge;;external_links: [other]|5|external_links|own bridge",
        // the server's own parameters
        "sysctls: {kernel.core_pattern: x}|4|sysctls.kernel.core_pattern|is the server's own",
        "sysctls: {kernel/core_pattern: x}|4|sysctls.kernel/core_pattern|is the server's own",
        "sysctls: ['vm.overcommit_memory=1']|4|sysctls.vm.overcommit_memory|is the server's own",
        // the server's files by way of drivers
        "logging: {driver: syslog, options: {syslog-address:"
            + " 'unixgram:///run/systemd/journal/socket'}}|4|logging.options|allow-paths",
        "logging: {driver: syslog, options: {syslog-tls-ca-cert:"
            + " /etc/shadow}}|4|logging.options|allow-paths",
        "logging: {driver: fluentd, options: {fluentd-address:"
            + " 'unix:///run/docker.sock'}}|4|logging.options|allow-paths",
        "logging: {driver: own, options: {x: 'a=b,/etc/passwd'}}|4|logging.options|allow-paths",
        "use_api_socket: true|4|use_api_socket|hands the engine",
        "credential_spec: {file: x}|4|credential_spec|Windows",
      })
  void isShutUnlessAgentYamlOpensIt(String lines, int line, String key, String says) {
    assertThat(problems(service(lines.replace(";;", "\n"))))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("compose.yaml:" + line + ":")
        .contains("services.api." + key + " ")
        .contains(says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "networks: {it: {external: true, name: host}}|networks.it.name|allow: [host-network]",
        "networks: {host: {external: true}}|networks.host.name|allow: [host-network]",
        "networks: {it: {external: {name: host}}}|networks.it.name|allow: [host-network]",
        "networks: {it: {name: host}}|networks.it.name|allow: [host-network]",
        "networks: {default: {name: host}}|networks.default.name|allow: [host-network]",
        "networks: {it: {driver: host}}|networks.it.driver|allow: [host-network]",
        "networks: {it: {driver: macvlan, driver_opts: {parent: eth0}}}|networks.it.driver|allow:"
            + " [host-network]",
        "networks: {it: {driver_opts: {com.docker.network.bridge.name:"
            + " br0}}}|networks.it.driver_opts|allow: [host-network]",
        "volumes: {it: {driver_opts: {type: none, o: bind, device:"
            + " /}}}|volumes.it.driver_opts|allow-paths",
        "volumes: {it: {driver: local-persist, driver_opts: {mountpoint:"
            + " /etc}}}|volumes.it.driver_opts|allow-paths",
        "volumes: {it: {driver: own, driver_opts: {x:"
            + " 'file:///etc'}}}|volumes.it.driver_opts|allow-paths",
        "networks: {it: {ipam: {config: [x]}}}|networks.it.ipam.config|must be a map",
        "networks: {a b: {}}|networks.a b|is not a valid name",
        "networks: {it: {name: ''}}|networks.it.name|is empty",
        "volumes: {it: {name: -x}}|volumes.it.name|is not a valid name",
      })
  void isShutAtTheTopLevelToo(String top, String key, String says) {
    assertThat(problems(service("") + top + "\n"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("compose.yaml:4:")
        .contains(key + " ")
        .contains(says);
  }

  @Test
  void isNotOpenedByAVariableOrAnAnchor() {
    LoadRequest variable = request(service("privileged: ${P}\ncap_add: ['${C}']"));

    assertThat(problems(variable.withVariables(Map.of("P", "true", "C", "SYS_ADMIN")))).hasSize(2);
    assertThat(
            problems(
                "x-a: &a {pid: host}\nservices:\n  api: {image: i, <<: *a}\n"
                    + "  b: {image: i, extends: api}\n"))
        .allSatisfy(problem -> assertThat(problem).contains("allow: [host-pid]"))
        .isNotEmpty();
  }

  @Test
  void letsRightsBeTakenAwayFreely() {
    assertThat(
            loaded(
                    service(
                        "cap_drop: [ALL]\n"
                            + "cap_add: [CHOWN, NET_BIND_SERVICE]\n"
                            + "security_opt: ['no-new-privileges:true']\n"
                            + "read_only: true\n"
                            + "userns_mode: ''\n"
                            + "runtime: runc\n"
                            + "privileged: false\n"
                            + "devices:\n"))
                .services())
        .hasSize(1);
  }

  @Test
  void opensWithAll() {
    assertThat(
            loaded(
                    request(
                            service(
                                "privileged: true\npid: host\nipc: host\nnetwork_mode: host\n"
                                    + "uts: host\ndevices: [/dev/null]\ncap_add: [ALL]"))
                        .withPermissions(new Permissions(Set.of("all"), List.of(), List.of())))
                .services())
        .hasSize(1);
  }

  private static ServiceSpec api(String lines) {
    String others =
        "  db: {image: i, ipc: shareable}\n  vpn: {image: i, container_name: gluetun}\n";
    return Objects.requireNonNull(loaded(service(lines) + others).services().get("api"));
  }

  @Test
  void whoSharesWithAServiceStartsAfterItAndAnewWithIt() {
    Dependency anew = new Dependency(Condition.STARTED, true, true);

    assertThat(api("network_mode: service:db").dependsOn()).containsExactly(Map.entry("db", anew));
    assertThat(api("pid: service:db").dependsOn()).containsExactly(Map.entry("db", anew));
    assertThat(api("ipc: service:db").dependsOn()).containsExactly(Map.entry("db", anew));
    assertThat(api("links: ['db:x']").dependsOn()).containsExactly(Map.entry("db", anew));
    assertThat(api("volumes_from: ['db:ro']").dependsOn())
        .containsExactly(Map.entry("db", Dependency.STARTED));
    assertThat(
            api("network_mode: service:db\ndepends_on: {db: {condition: service_healthy}}")
                .dependsOn())
        .containsExactly(Map.entry("db", new Dependency(Condition.HEALTHY, true, false)));
    assertThat(problems(service("network_mode: service:dbb") + "  db: {image: i}\n"))
        .singleElement()
        .asString()
        .startsWith(
            "compose.yaml:4:19: services.api.network_mode names 'service:dbb', which is no");
  }

  @Test
  void aContainerOfTheSameFileIsThatService() {
    ServiceSpec api = api("network_mode: container:gluetun\nvolumes_from: ['container:shop-db-1']");

    assertThat(api.container().networkMode()).isEqualTo("service:vpn");
    assertThat(api.container().parents()).containsExactly("db", "vpn");
    assertThat(api.container().lenders()).containsExactly("vpn");
    assertThat(api.dependsOn().keySet()).containsExactly("db", "vpn");
  }

  @Test
  void refusesACircleOfNamespaces() {
    assertThat(
            problems(
                "services:\n  a: {image: i, network_mode: 'service:b'}\n"
                    + "  b: {image: i, pid: 'service:a'}\n"))
        .singleElement()
        .asString()
        .contains("in a circle: a -> b -> a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "network_mode: service:db;;ports: ['80:80']|ports belongs to the container whose network",
        "network_mode: service:db;;hostname: x|hostname belongs to the container whose network",
        "network_mode: service:db;;dns: 1.1.1.1|dns belongs to the container whose network",
        "network_mode: service:db;;sysctls: {net.core.somaxconn: 1}|would be set in a network",
        "cpus: 1;;cpu_quota: 1000|says the same as 'cpus'",
        "memswap_limit: 1g|it needs a mem_limit",
        "mem_limit: 2g;;memswap_limit: 1g|it needs a mem_limit, and at least that",
        "mem_limit: 1g;;mem_reservation: 2g|is more than the memory limit",
        "ulimits: {nofiles: 1}|is no limit of Linux; did you mean 'nofile'?",
        "ulimits: {nofile: {soft: 2, hard: 1}}|soft no more than hard",
        "ulimits: {nofile: {soft: 2}}|needs both soft and hard",
        "ulimits: {nofile: lots}|'lots' is not a whole number",
        "cap_add: [NET_ADMN]|takes Linux capabilities such as NET_ADMIN, or ALL; did you mean"
            + " 'NET_ADMIN'?",
        "dns: [dns.example]|takes addresses of IPv4 or IPv6",
        "mac_address: 02:42|is not a MAC address",
        "group_add: ['a b']|takes names or numbers of groups",
        "oom_score_adj: 1001|is not a whole number from -1000 to 1000",
        "mem_swappiness: 101|is not a whole number from 0 to 100",
        "cpuset: all|takes numbers of processors",
        "platform: windows/amd64|must be linux/architecture",
        "pid: private|must be host, service:name or container:name",
        "ipc: own|must be host, none, private, shareable, service:name",
        "cgroup: mine|must be host, private; or remove it",
        "uts: service:db|must be host; or remove it",
        "blkio_config: {weight: 5}|is not a whole number from 10 to 1000",
        "blkio_config: {device_read_bps: [{path: sda, rate: 1}]}|must be the absolute path of a"
            + " device",
        "isolation: hyperv|Windows containers",
        "scale: 2;;deploy: {replicas: 3}|scale differs from deploy.replicas",
        "cpu_rt_runtime: fast|is neither microseconds nor a duration",
        "post_start: [{command: x}]|is not run by Holdfast",
        "networks: {default: {ipv4_address: 10.0.0.5}}|needs a subnet",
        "networks: {default: {ipv6_address: 10.0.0.5}}|is not such an address",
        "label_file: none.labels|lies neither in the source nor",
        "label_file: own.labels|which Holdfast sets itself",
        "labels: {'': x}|labels has a label without a name",
        "labels: ['=x']|labels has a label without a name",
        "networks: {frnt: {}}|names a network that is not declared",
        "network_mode: container:x;;ports: ['80:80']|ports belongs to the container whose network",
        "network_mode: host;;mac_address: 02:42:ac:11:00:02|mac_address has no place on the"
            + " server's",
        "cpus: 1;;cpu_period: 1000|cpu_period says the same as 'cpus'",
        "depends_on: [[db]]|depends_on takes names of services",
        "links: [[db]]|links takes names of services",
        "links: ['db:-x']|links takes items of the form name or name:alias",
        "external_links: [[x]]|external_links takes items of the form name or name:alias",
        "external_links: ['-x']|external_links takes items of the form name or name:alias",
        "external_links: ['x:-y']|external_links takes items of the form name or name:alias",
        "volumes_from: ['db:ro:x']|takes service, service:ro or container:name:ro",
        "volumes_from: [[db]]|takes service, service:ro or container:name:ro",
        "devices: [[/dev/null]]|devices must be a map",
        "devices: [sda]|takes /dev/source:/dev/target:rwm",
        "devices: ['/dev/a:/dev/b:x']|takes /dev/source:/dev/target:rwm",
        "devices: ['/dev/a:/dev/b:r:w']|takes /dev/source:/dev/target:rwm",
        "devices: ['/dev/a:b']|takes /dev/source:/dev/target:rwm",
        "devices: [\"/dev/a\\0\"]|takes /dev/source:/dev/target:rwm",
        "devices: [{source: /dev/null, permission: r}]|is not a known key; did you mean"
            + " 'permissions'?",
        "device_cgroup_rules: [all]|takes rules such as",
        "gpus: two|gpus must be all, or a list of maps",
        "gpus: [{count: 1, device_ids: ['0']}]|count cannot stand beside device_ids",
        "deploy: {resources: {reservations: {devices: [{count: 1}]}}}|capabilities is missing",
        "security_opt: [seccomp=own.labels]|no seccomp profile in JSON",
        "security_opt: [[a]]|security_opt takes text",
        "security_opt: ['seccom=x']|did you mean 'seccomp'?",
        "networks: [[default]]|networks takes names of networks",
        "networks: {default: {mac_address: x}}|is not a MAC address",
        "mac_address: 02:42:ac:11:00:02;;networks: {default: {mac_address:"
            + " '02:42:ac:11:00:03'}}|differs from the service's own",
        "networks: {default: {interface_name: a b}}|is no interface's name",
        "networks: {default: {link_local_ips: [x]}}|takes addresses of IPv4 or IPv6",
        "dns_search: [a b]|takes names of domains; one of these is none",
        "dns_opt: [a b]|takes options of the resolver",
        "uts: host;;hostname: x|hostname cannot be set with uts: host",
        "ulimits: {nofile: [1]}|must be a number, or a map of soft and hard",
        "blkio_config: {weight_device: [{path: /dev/sda}]}|weight is missing; write a number",
        "blkio_config: {weight_device: [{weight: 10}]}|must be the absolute path of a device",
        "ipc: host;;sysctls: {kernel.shmmax: 1}|would be set in an IPC namespace",
        "network_mode: host;;sysctls: {net.core.somaxconn: 1}|would be set in a network",
        "deploy: {restart_policy: {condition: often}}|condition must be none, on-failure or any",
      })
  void refusesWhatTheEngineWouldInTheMiddleOfARollout(String lines, String says) {
    String text = service(lines.replace(";;", "\n")) + "  db: {image: i, ipc: shareable}\n";
    LoadRequest request =
        LoadRequest.of("shop", Files.compose(text).with("own.labels", "dev.holdfast.app=x\n"));

    assertThat(problems(request))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("compose.yaml:")
                    .contains("services.api")
                    .contains(says));
  }

  @Test
  void saysWhatDockerComposeIgnoresToo() {
    assertThat(
            warnings(
                request(service("network_mode: host\nports: ['80:80']"))
                    .withPermissions(new Permissions(Set.of("all"), List.of(), List.of()))))
        .singleElement()
        .asString()
        .contains("services.api.ports publishes nothing");
    assertThat(warnings(request(service("pull_policy: never"))))
        .singleElement()
        .asString()
        .contains("services.api.pull_policy never is not kept to");
    assertThat(warnings(request(service("ipc: service:db") + "  db: {image: i}\n")))
        .singleElement()
        .asString()
        .contains("write ipc: shareable there");
    assertThat(warnings(request(service("cpu_count: 2\nattach: false")))).hasSize(2);
    for (String policy : List.of("always", "missing", "build", "daily", "every_12h", "refresh")) {
      assertThat(warnings(request(service("pull_policy: " + policy)))).as(policy).isEmpty();
    }
  }

  @Test
  void takesLimitsThatMeetEachOther() {
    assertThat(
            loaded(
                    service(
                        "mem_limit: 1g\nmemswap_limit: 1g\nmem_reservation: 1g\ncpus: 1\n"
                            + "ulimits: {nofile: {soft: 1, hard: 1}, nproc: {soft: 5, hard: -1}}"))
                .services())
        .hasSize(1);
    assertThat(problems(service("ulimits: {nofile: {soft: -1, hard: 5}}"))).hasSize(1);
  }
}
