package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.MountSpec;
import dev.holdfast.model.PortMapping;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules of the Compose Specification that implementers get wrong, each row with the section of
 * the specification that it is from. An expected {@code !} is a refusal, {@code -} is nothing.
 */
class SpecificationTest {
  private static final Map<String, String> VARIABLES =
      Map.of("A", "a", "EMPTY", "", "N", "3", "_U", "u", "NEST", "x y");

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      nullValues = "-",
      value = {
        "Interpolation, braced and unbraced|$A ${A}|a a",
        "Interpolation, braced and unbraced|$A$_U|au",
        "Interpolation, braced and unbraced|$Ab|-",
        "Interpolation, braced and unbraced|${A}b|ab",
        "Interpolation, default if unset or empty|${EMPTY:-d}|d",
        "Interpolation, default if unset|${EMPTY-d}|-",
        "Interpolation, default if unset|${NONE-d}|d",
        "Interpolation, required if unset or empty|${EMPTY:?set it}|!",
        "Interpolation, required if unset|${EMPTY?set it}|-",
        "Interpolation, required if unset|${NONE?set it}|!",
        "Interpolation, alternative if set and not empty|${EMPTY:+x}|-",
        "Interpolation, alternative if set|${EMPTY+x}|x",
        "Interpolation, alternative if set and not empty|${A:+x}|x",
        "Interpolation, nested|${NONE:-${EMPTY:-$A}}|a",
        "Interpolation, nested|${NONE:-${ALSO:?set it}}|!",
        "Interpolation, nested|${A:-${ALSO:?set it}}|a",
        "Interpolation, dollar sign|$$A $${A}|$A ${A}",
        "Interpolation, dollar sign|$(date) $1 $? $@|$(date) $1 $? $@",
        "Interpolation, dollar sign|a$|a$",
        "Interpolation, not supported|${A/x/y}|!",
        "Interpolation, not supported|${A^^}|!",
        "Interpolation, not supported|${}|!",
        "Interpolation, not supported|${1}|!",
        "Interpolation, not supported|${A|!"
      })
  void interpolation(String section, String written, String expected) {
    Interpolator.Result result = new Interpolator(VARIABLES::get).interpolate(written);
    String text = result.errors().isEmpty() ? result.text() : "!";
    assertThat(text).as(section).isEqualTo(Objects.requireNonNullElse(expected, ""));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "env_file, Env_file format|K=v|v",
        "env_file, Env_file format|export K=v|v",
        "env_file, Env_file format|K: v|v",
        "env_file, Env_file format|K = v |v",
        "env_file, Env_file format, comments|K=v # c|v",
        "env_file, Env_file format, comments|K=v#c|v#c",
        "env_file, Env_file format, comments|K='v # c'|v # c",
        "env_file, Env_file format, comments|#K=v|-",
        "env_file, Env_file format, quotes|K='$A'|$A",
        "env_file, Env_file format, quotes|K=\"$A\"|a",
        "env_file, Env_file format, quotes|K=\"\\$A\"|$A",
        "env_file, Env_file format, quotes|K=\"a\\nb\"|a¶b",
        "env_file, Env_file format, quotes|K='a\\nb'|a\\nb",
        "env_file, Env_file format, quotes|K=\"a¶b\"|a¶b",
        "env_file, Env_file format, quotes|K=it's|it's",
        "env_file, Env_file format, quotes|K=\"a|!",
        "env_file, Env_file format, interpolation|K=$A|a",
        "env_file, Env_file format, interpolation|K=${NONE:-d}|d",
        "env_file, Env_file format, interpolation|K=pa$$word|pa$word",
        "env_file, Env_file format, interpolation|A2=1¶K=$A2|1",
        "env_file, Env_file format, empty|K=|``",
        "env_file, Env_file format, empty|K=\"\"|``",
        "env_file, Env_file format, name alone|A|a",
        "env_file, Env_file format, name alone|NONE|-",
        "env_file, Env_file format, name|=v|!",
        "env_file, Env_file format, name|K K=v|!"
      })
  void envFiles(String section, String text, String expected) {
    DotEnv.Result result = DotEnv.parse(text.replace('¶', '\n'), VARIABLES::get);
    String value = result.values().getOrDefault("K", result.values().get("A"));
    String shown = result.faults().isEmpty() ? Objects.requireNonNullElse(value, "-") : "!";
    assertThat(shown.replace('\n', '¶')).as(section).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Specifying durations|10ms|PT0.01S",
        "Specifying durations|40s|PT40S",
        "Specifying durations|1m30s|PT1M30S",
        "Specifying durations|1h5m30s20ms|PT1H5M30.02S",
        "Specifying durations|2.5s|PT2.5S",
        "Specifying durations|100us|PT0.0001S",
        "Specifying durations|100µs|PT0.0001S",
        "Specifying durations|7ns|PT0.000000007S",
        "Specifying durations|0|PT0S",
        "Specifying durations, as the library reads them|2d|PT48H",
        "Specifying durations, as the library reads them|1w|PT168H",
        "Specifying durations|30|!",
        "Specifying durations|-1s|!",
        "Specifying durations|1 s|!",
        "Specifying durations|1m 30s|!",
        "Specifying durations|s|!",
        "Specifying durations|99999999999h|!"
      })
  void durations(String section, String written, String expected) {
    assertThat(Units.duration(written).map(String::valueOf).orElse("!"))
        .as(section)
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "Specifying byte values|2b|2",
        "Specifying byte values|1024kb|1048576",
        "Specifying byte values|2048k|2097152",
        "Specifying byte values|300m|314572800",
        "Specifying byte values|1gb|1073741824",
        "Specifying byte values|1GB|1073741824",
        "Specifying byte values|512M|536870912",
        "Specifying byte values|64MiB|67108864",
        "Specifying byte values|1.5G|1610612736",
        "Specifying byte values|134217728|134217728",
        "Specifying byte values|1 g|1073741824",
        "Specifying byte values|1e3|!",
        "Specifying byte values|-1m|!",
        "Specifying byte values|m|!",
        "Specifying byte values|10x|!",
        "Specifying byte values|99999999999999t|!"
      })
  void sizes(String section, String written, String expected) {
    assertThat(Units.bytes(written).map(String::valueOf).orElse("!"))
        .as(section)
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ports, Short syntax|'3000'|any>3000/tcp",
        "ports, Short syntax|3000|any>3000/tcp",
        "ports, Short syntax|'3000-3002'|any>3000/tcp any>3001/tcp any>3002/tcp",
        "ports, Short syntax|'8000:8000'|8000>8000/tcp",
        "ports, Short syntax|'9090-9091:8080-8081'|9090>8080/tcp 9091>8081/tcp",
        "ports, Short syntax|'8000-8010:80'|8000-8010>80/tcp",
        "ports, Short syntax|'127.0.0.1:8001:8001'|127.0.0.1:8001>8001/tcp",
        "ports, Short syntax|'127.0.0.1::80'|127.0.0.1:any>80/tcp",
        "ports, Short syntax|\"[::1]:80:80\"|::1:80>80/tcp",
        "ports, Short syntax|'6060:6060/udp'|6060>6060/udp",
        "ports, Short syntax|'1:1/sctp'|1>1/sctp",
        "ports, Short syntax|'8000-8002:80-81'|!",
        "ports, Short syntax|'80:70000'|!",
        "ports, Short syntax|'80:80/icmp'|!",
        "ports, Short syntax|'localhost:80:80'|!",
        "ports, Short syntax|':80:80:80'|!",
        "ports, Long syntax|{target: 80, published: '8080', protocol: udp, mode: host}|8080>80/udp",
        "ports, Long syntax|{target: 80, published: 8080-8090}|8080-8090>80/tcp",
        "ports, Long syntax|{target: 80, host_ip: 127.0.0.1, published: 1}|127.0.0.1:1>80/tcp",
        "ports, Long syntax|{target: 80}|any>80/tcp",
        "ports, Long syntax|{published: 80}|!"
      })
  void ports(String section, String written, String expected) {
    LoadRequest request = Loading.request(Loading.service("ports: [" + written + "]"));
    String ports =
        ComposeLoader.load(request) instanceof LoadResult.Loaded loaded
            ? Objects.requireNonNull(loaded.state().services().get("api"))
                .container()
                .ports()
                .stream()
                .map(SpecificationTest::shown)
                .collect(Collectors.joining(" "))
            : "!";
    assertThat(ports).as(section).isEqualTo(expected);
  }

  private static String shown(PortMapping port) {
    String ip = port.hostIp() == null || port.hostIp().isEmpty() ? "" : port.hostIp() + ":";
    String published = port.published() == null ? "any" : port.published();
    return ip + published + ">" + port.target() + "/" + port.protocol();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "volumes, Short syntax|/data|anonymous /data",
        "volumes, Short syntax|v:/data|named v /data",
        "volumes, Short syntax|v:/data:ro|named v /data ro",
        "volumes, Short syntax|v:/data:nocopy|named v /data nocopy",
        "volumes, Short syntax|./d:/data|bind d /data",
        "volumes, Short syntax|\"./d:/data:ro,z\"|bind d /data ro [z]",
        "volumes, Short syntax|.:/data:ro|tracked  /data ro",
        "volumes, Short syntax|./d/../e:/data/./x/|bind e /data/x",
        "volumes, Short syntax|\"./d:/data:rw,ro\"|bind d /data ro",
        "volumes, Short syntax|./d:/data:consistent|bind d /data",
        "volumes, Short syntax|../d:/data|!",
        "volumes, Short syntax|~/d:/data|!",
        "volumes, Short syntax|/etc:/data|!",
        "volumes, Short syntax|w:/data|!",
        "volumes, Short syntax|v:data|!",
        "volumes, Short syntax|'v::ro'|!",
        "volumes, Short syntax|'C:\\d:/data'|!",
        "volumes, Long syntax|{type: volume, source: v, target: /data, read_only: true}|named v /data ro",
        "volumes, Long syntax|{type: volume, target: /data}|anonymous /data",
        "volumes, Long syntax|{type: bind, source: d, target: /data}|bind d /data",
        "volumes, Long syntax|{type: bind, source: ./d, target: /data, bind: {selinux: z}}|bind d /data [z]",
        "volumes, Long syntax|{type: tmpfs, target: /data, tmpfs: {size: 1m, mode: 01777}}|tmpfs size=1048576,mode=1777 /data",
        "volumes, Long syntax|{type: volume, source: v}|!",
        "volumes, Long syntax|{type: npipe, source: v, target: /data}|!"
      })
  void volumes(String section, String written, String expected) {
    LoadRequest request =
        Loading.request(Loading.service("volumes: [" + written + "]") + "volumes: { v: }\n");
    String mounts =
        ComposeLoader.load(request) instanceof LoadResult.Loaded loaded
            ? Objects.requireNonNull(loaded.state().services().get("api"))
                .container()
                .mounts()
                .stream()
                .map(SpecificationTest::shown)
                .collect(Collectors.joining(" "))
            : "!";
    assertThat(mounts).as(section).isEqualTo(expected);
  }

  private static String shown(MountSpec mount) {
    String text =
        switch (mount) {
          case MountSpec.Anonymous anonymous -> "anonymous " + anonymous.target();
          case MountSpec.Named named -> "named " + named.volume() + " " + named.target();
          case MountSpec.Bind bind ->
              "bind "
                  + ((dev.holdfast.model.HostPath.InProject) bind.source()).path()
                  + " "
                  + bind.target();
          case MountSpec.Tmpfs tmpfs -> "tmpfs " + tmpfs.options() + " " + tmpfs.target();
          case MountSpec.Tracked tracked -> "tracked " + tracked.path() + " " + tracked.target();
          case MountSpec.Given given -> "given " + given.name() + " " + given.target();
        };
    String noCopy = mount instanceof MountSpec.Named named && named.noCopy() ? " nocopy" : "";
    List<String> options = mount instanceof MountSpec.Bind bind ? bind.options() : List.of();
    return text
        + (mount.readOnly() ? " ro" : "")
        + noCopy
        + (options.isEmpty() ? "" : " " + options);
  }
}
