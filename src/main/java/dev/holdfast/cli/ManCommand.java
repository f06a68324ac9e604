package dev.holdfast.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** For the build, which packs the pages. */
@Command(
    name = "man-pages",
    hidden = true,
    description = "Writes the manual's pages, one for each command.")
final class ManCommand implements Callable<Integer> {
  private final Supplier<CommandLine> all;

  @Parameters(paramLabel = "FOLDER", description = "where to write them")
  Path folder = Path.of(".");

  @Option(names = "--of", required = true, paramLabel = "VERSION", description = "of the program")
  String version = "";

  @Option(names = "--date", required = true, paramLabel = "DATE", description = "of the version")
  String date = "";

  ManCommand(Supplier<CommandLine> all) {
    this.all = all;
  }

  @Override
  public Integer call() {
    CommandLine line = all.get();
    List<CommandLine> pages = new ArrayList<>(List.of(line));
    line.getSubcommands().values().stream()
        .filter(command -> !command.getCommandSpec().usageMessage().hidden())
        .forEach(pages::add);
    try {
      Files.createDirectories(folder);
      for (CommandLine page : pages) {
        Files.writeString(
            folder.resolve(ManPage.name(page) + ".8"), ManPage.of(page, version, date));
      }
    } catch (IOException e) {
      throw new CliException(
          CliException.FAILED, "could not write the pages to " + folder + ": " + e.getMessage());
    }
    return 0;
  }
}
