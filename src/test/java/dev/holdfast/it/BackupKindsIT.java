package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A MariaDB by its dump, a Redis by its volume, and files of the project directory. */
class BackupKindsIT {
  private static final String PASSWORD = "my-" + App.CANARY;
  private static final String CLIENT =
      "mariadb -S /run/mysqld/s -uroot -p\\\"$$MARIADB_ROOT_PASSWORD\\\" app";

  @RegisterExtension final Server server = new Server();

  private App live() throws IOException {
    App app = server.app();
    World world = World.get();
    world.image("mariadb", world.registry() + "/base/mariadb:10");
    world.image("redis", world.registry() + "/base/redis:7");
    app.web("1").web("2", "HEALTH=fail");
    app.env += "DATABASE_PASSWORD=" + PASSWORD + "\n";
    Path project = server.folder().resolve(app.name + "-files");
    Files.createDirectories(project.resolve("uploads"));
    app.settings.add("directory: " + project);
    write(app, "SELECT 1");
    app.versions("1", Map.of("web", "1"));
    app.repo.push("1");
    server.add(app);
    server.awaitLive(app, "1");
    return app;
  }

  private static void write(App app, String migration) {
    app.compose(
        """
        x-holdfast:
          watch: 1s
          migrate:
            service: my
            mode: exec
            command: [sh, -c, "CLIENT -e 'MIGRATION'"]
            on-rollback: { restore: my }
          backup:
            - name: my
              service: my
              command: [sh, -c, "exec mariadb-dump -S /run/mysqld/s --single-transaction -uroot -p\\"$$MARIADB_ROOT_PASSWORD\\" app"]
              verify: [sh, -c, "tail -n 1 | grep -q 'Dump completed'"]
              restore: [sh, -c, "exec CLIENT"]
            - { name: cache, volume: cache, pause: true }
            - { name: uploads, path: uploads }
        volumes: { rows: {}, cache: {} }
        """
            .replace("CLIENT", CLIENT)
            .replace("MIGRATION", migration),
        """
          my:
            image: REG/base/mariadb:10
            environment: { MARIADB_DATABASE: app, MARIADB_ROOT_PASSWORD: "${DATABASE_PASSWORD}" }
            volumes: ["rows:/var/lib/mysql"]
            stop_grace_period: 20s
          cache:
            image: REG/base/redis:7
            volumes: ["cache:/data"]
        """
                .replace("REG", World.get().registry())
            + app.webService(
                "web",
                "depends_on: { my: { condition: service_healthy } }",
                "volumes: [\"./uploads:/srv/uploads\"]"));
  }

  private String sql(App app, String statement) {
    return server
        .docker()
        .run(
            "exec",
            app.container("my"),
            "mariadb",
            "-S",
            "/run/mysqld/s",
            "-uroot",
            "-p" + PASSWORD,
            "-N",
            "-e",
            statement,
            "app");
  }

  private String redis(App app, String... command) {
    String[] all = new String[3 + command.length];
    all[0] = "exec";
    all[1] = app.container("cache");
    all[2] = "redis-cli";
    System.arraycopy(command, 0, all, 3, command.length);
    return server.docker().run(all);
  }

  @Test
  void theVeryRowsKeysAndFilesAreBack() throws IOException {
    App app = live();
    Path uploads = server.folder().resolve(app.name + "-files/uploads");
    sql(app, "CREATE TABLE people (name text); INSERT INTO people VALUES ('ann'), ('bob')");
    redis(app, "SET", "cart", "42");
    redis(app, "SAVE");
    Files.createDirectories(uploads.resolve("deep"));
    Files.writeString(uploads.resolve("deep/a.txt"), "one");
    Files.writeString(uploads.resolve("b.txt"), "two");

    write(app, "DELETE FROM people");
    app.release("2", "web=2");
    server.awaitOutcome(app, "2", "rolled-back");
    assertThat(sql(app, "SELECT name FROM people ORDER BY name")).isEqualTo("ann\nbob");
    assertThat(redis(app, "GET", "cart")).isEqualTo("42");

    server.cli().run("retry", app.name);
    write(app, "SELECT 1");
    app.release("3", "web=1");
    server.awaitLive(app, "3");
    server.cli().run("backup", app.name, "--wait").orFail();
    sql(app, "DROP TABLE people");
    redis(app, "FLUSHALL");
    redis(app, "SAVE");
    Files.delete(uploads.resolve("deep/a.txt"));
    Files.writeString(uploads.resolve("b.txt"), "changed");
    Files.writeString(uploads.resolve("c.txt"), "new");

    server.cli().run("restore", app.name, "latest", "--yes").orFail();
    assertThat(sql(app, "SELECT name FROM people ORDER BY name")).isEqualTo("ann\nbob");
    assertThat(redis(app, "GET", "cart")).isEqualTo("42");
    assertThat(uploads.resolve("deep/a.txt")).hasContent("one");
    assertThat(uploads.resolve("b.txt")).hasContent("two");
    assertThat(uploads.resolve("c.txt")).doesNotExist();
    server.awaitLive(app, "3");
  }
}
