import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes one jar of the agent's libraries. Java opens each jar of a class path as soon as something
 * is looked for that none of them has, and names the package of each class of a cache anew if it
 * comes from a jar beyond the 32nd of a class path: with 148 jars both took a fifth of a start.
 *
 * <p>Where two jars have an entry of the same name, the first one of the class path counts, as it
 * does for Java; only what Quarkus transformed may differ from the later one. Licences are kept
 * under the names of their jars.
 *
 * <p>Arguments: the jar whose class path it is, the jar to write, and those of the class path that
 * stay files of their own, in no order. They must lie below the folder of the first.
 */
void main(String... arguments) throws IOException {
  Path runner = Path.of(arguments[0]);
  Path made = Path.of(arguments[1]);
  List<Path> apart = Arrays.stream(arguments).skip(2).map(Path::of).toList();
  Path folder = runner.getParent();
  Manifest manifest;
  try (JarFile jar = new JarFile(runner.toFile())) {
    manifest = jar.getManifest();
  }
  Attributes head = manifest.getMainAttributes();
  List<Path> path =
      Arrays.stream(head.getValue(Attributes.Name.CLASS_PATH).split(" "))
          .map(name -> folder.resolve(name))
          .toList();
  if (!path.containsAll(apart)) {
    throw new IllegalArgumentException("not all of " + apart + " are on the class path");
  }
  OneJar one = new OneJar();
  for (Path jar : path) {
    if (!apart.contains(jar)) {
      one.add(jar);
    }
  }
  List<Path> left = path.stream().filter(apart::contains).toList();
  head.put(
      Attributes.Name.CLASS_PATH,
      String.join(" ", left.stream().map(jar -> made.getParent().relativize(jar).toString()).toList()));
  Files.createDirectories(made.getParent());
  try (OutputStream out = Files.newOutputStream(made)) {
    one.write(manifest, out);
  }
}

static final class OneJar {
  /**
   * Of builds, of signatures that no longer hold, of modules, of which this is none; and the names
   * below which everybody may have a domain, a megabyte of memory by which the client of the
   * engine's socket would tell whose cookies are whose.
   */
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "module-info\\.class|org/publicsuffix/.*|META-INF/(MANIFEST\\.MF|INDEX\\.LIST|beans\\.xml|jandex\\.idx|maven/.*|quarkus-.*"
              + "|[^/]*\\.(SF|RSA|DSA|EC)|native-image/.*|versions/[0-9]+/(module-info\\.class|META-INF/.*))");

  /** What is read from all jars, line by line. */
  private static final Pattern JOINED =
      Pattern.compile("META-INF/(services/.*|io\\.netty\\.versions\\.properties)");

  private static final Pattern LICENCE =
      Pattern.compile("(META-INF/)?[^/]*(LICENSE|LICENCE|NOTICE|DEPENDENCIES|COPYRIGHT|AL2\\.0|LGPL2\\.1)[^/]*|META-INF/licenses?/.*", Pattern.CASE_INSENSITIVE);

  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/([0-9]+)/(.*)");
  private static final String TRANSFORMED = "transformed-bytecode.jar";
  private static final LocalDateTime NO_TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private record Entry(byte[] bytes, String jar) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  void add(Path file) throws IOException {
    String name = file.getFileName().toString();
    try (JarFile jar = new JarFile(file.toFile())) {
      Map<String, byte[]> own = new LinkedHashMap<>();
      for (ZipEntry entry : ofThisJava(jar)) {
        own.put(plain(entry.getName()), jar.getInputStream(entry).readAllBytes());
      }
      own.forEach((path, bytes) -> add(path, new Entry(bytes, name)));
    }
  }

  /** A later version of a class replaces an earlier one, and none is for a later Java. */
  private static List<ZipEntry> ofThisJava(JarFile jar) throws IOException {
    boolean versioned =
        jar.getManifest() != null
            && Boolean.parseBoolean(
                jar.getManifest().getMainAttributes().getValue(Attributes.Name.MULTI_RELEASE));
    List<ZipEntry> found = new ArrayList<>();
    for (ZipEntry entry : Collections.list(jar.entries())) {
      boolean wanted = !entry.isDirectory() && !LEFT_OUT.matcher(entry.getName()).matches();
      int version = version(entry.getName());
      if (wanted && (version == 0 || versioned && version <= Runtime.version().feature())) {
        found.add(entry);
      }
    }
    found.sort((one, other) -> Integer.compare(version(one.getName()), version(other.getName())));
    return found;
  }

  private static int version(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    return versioned.matches() ? Integer.parseInt(versioned.group(1)) : 0;
  }

  private static String plain(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    return versioned.matches() ? versioned.group(2) : name;
  }

  private void add(String name, Entry entry) {
    if (LICENCE.matcher(name).matches()) {
      entries.put("META-INF/licenses/" + entry.jar() + "/" + name.replace("META-INF/", ""), entry);
      return;
    }
    Entry known = entries.putIfAbsent(name, entry);
    if (known == null || Arrays.equals(known.bytes(), entry.bytes())) {
      return;
    }
    if (JOINED.matcher(name).matches()) {
      entries.put(name, new Entry(joined(known.bytes(), entry.bytes()), known.jar()));
    } else if (!known.jar().equals(TRANSFORMED)) {
      throw new IllegalStateException(
          name + " is not the same in " + known.jar() + " and " + entry.jar() + ": say which is meant");
    }
  }

  private static byte[] joined(byte[] one, byte[] other) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(one);
    both.write('\n');
    both.writeBytes(other);
    return both.toByteArray();
  }

  void write(Manifest manifest, OutputStream out) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    manifest.write(head);
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      write(zip, JarFile.MANIFEST_NAME, head.toByteArray());
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        write(zip, entry.getKey(), entry.getValue().bytes());
      }
    }
  }

  private static void write(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
