package dev.holdfast.it;

import java.nio.file.Path;

/**
 * A small file system of its own below the world's folder, which can be filled; disk.sh makes it.
 */
record Disk(String folder) implements AutoCloseable {
  static Disk at(Path place, int megabytes) {
    Disk disk = new Disk(World.get().scripts().folder().relativize(place).toString());
    disk.script("up", Integer.toString(megabytes));
    return disk;
  }

  void fill() {
    script("fill");
  }

  void free() {
    script("free");
  }

  private void script(String command, String... more) {
    String[] all = new String[2 + more.length];
    all[0] = command;
    all[1] = folder;
    System.arraycopy(more, 0, all, 2, more.length);
    World.get().scripts().run("disk.sh", all);
  }

  @Override
  public void close() {
    script("down");
  }
}
