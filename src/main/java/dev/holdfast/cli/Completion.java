package dev.holdfast.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Scripts that complete commands, options and, by asking the agent, the names of apps. Made from
 * the commands themselves, so that they know each of them.
 */
final class Completion {
  private static final String APPS = "holdfast status -o json 2>/dev/null";

  /** Of the pretty JSON of `status`: the lines that name an app. */
  private static final String NAMES = "sed -n 's/^ *\"app\" : \"\\([a-z0-9_-]*\\)\",*$/\\1/p'";

  private final Map<String, CommandLine> commands;

  private Completion(CommandLine line) {
    this.commands = line.getSubcommands();
  }

  enum Shell {
    bash,
    zsh,
    fish
  }

  static String script(CommandLine line, Shell shell) {
    Completion completion = new Completion(line);
    return switch (shell) {
      case bash -> completion.bash();
      case zsh -> completion.zsh();
      case fish -> completion.fish();
    };
  }

  private List<CommandSpec> specs() {
    return commands.values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(spec -> !spec.usageMessage().hidden())
        .toList();
  }

  private static List<OptionSpec> options(CommandSpec spec) {
    return spec.options().stream().filter(option -> !option.hidden()).toList();
  }

  private static boolean takesApp(CommandSpec spec) {
    return spec.positionalParameters().stream()
        .map(PositionalParamSpec::paramLabel)
        .anyMatch(label -> label.replaceAll("[^A-Z]", "").equals("APP"));
  }

  private static String description(String[] texts) {
    String first = texts.length == 0 ? "" : texts[0];
    int end = first.indexOf(". ");
    return (end < 0 ? first : first.substring(0, end)).replaceAll("[^A-Za-z0-9 ,;:./()%+-]", "");
  }

  private String bash() {
    List<String> lines = new ArrayList<>();
    lines.add("# bash completion of holdfast: . <(holdfast completion bash)");
    lines.add("_holdfast() {");
    lines.add("  local current=${COMP_WORDS[COMP_CWORD]} command='' word");
    lines.add("  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do");
    lines.add("    case $word in -*) ;; *) command=$word; break ;; esac");
    lines.add("  done");
    lines.add("  local words='' apps=''");
    lines.add("  case $command in");
    lines.add("    '') words='" + String.join(" ", names()) + " --help' ;;");
    for (CommandSpec spec : specs()) {
      String apps = takesApp(spec) ? " apps=yes" : "";
      lines.add(
          "    " + spec.name() + ") words='" + String.join(" ", words(spec)) + "'" + apps + " ;;");
    }
    lines.add("  esac");
    lines.add("  if [[ -n $apps && $current != -* ]]; then");
    lines.add("    words=$(" + APPS + " | " + NAMES + ")");
    lines.add("  fi");
    lines.add("  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))");
    lines.add("  if [[ -z $apps && -n $command && $current != -* ]]; then");
    lines.add("    COMPREPLY=($(compgen -f -- \"$current\"))");
    lines.add("  fi");
    lines.add("}");
    lines.add("complete -o filenames -F _holdfast holdfast");
    return text(lines);
  }

  private List<String> names() {
    return specs().stream().map(CommandSpec::name).toList();
  }

  private static List<String> words(CommandSpec spec) {
    return options(spec).stream().flatMap(option -> Arrays.stream(option.names())).toList();
  }

  private String zsh() {
    List<String> lines = new ArrayList<>();
    lines.add("#compdef holdfast");
    lines.add("# zsh completion of holdfast: a file _holdfast in a folder of $fpath");
    lines.add("_holdfast_apps() {");
    lines.add("  local -a apps");
    lines.add("  apps=(${(f)\"$(" + APPS + " | " + NAMES + ")\"})");
    lines.add("  _describe app apps");
    lines.add("}");
    lines.add("_holdfast() {");
    lines.add("  local -a commands");
    lines.add("  commands=(");
    for (CommandSpec spec : specs()) {
      lines.add(
          "    '"
              + spec.name()
              + ":"
              + description(spec.usageMessage().description()).replace(":", "")
              + "'");
    }
    lines.add("  )");
    lines.add("  if ((CURRENT == 2)); then _describe command commands; return; fi");
    lines.add("  local command=$words[2]");
    lines.add("  shift words; ((CURRENT--))");
    lines.add("  case $command in");
    for (CommandSpec spec : specs()) {
      lines.add("    " + spec.name() + ") _arguments " + zshArguments(spec) + " ;;");
    }
    lines.add("  esac");
    lines.add("}");
    lines.add("compdef _holdfast holdfast");
    return text(lines);
  }

  private static String zshArguments(CommandSpec spec) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : options(spec)) {
      String value = option.arity().max() == 0 ? "" : ":" + label(option) + ":_files";
      for (String name : option.names()) {
        arguments.add(
            "'"
                + name
                + "["
                + description(option.description()).replaceAll("[\\[\\]:]", "")
                + "]"
                + value
                + "'");
      }
    }
    arguments.add(takesApp(spec) ? "'*:app:_holdfast_apps'" : "'*:file:_files'");
    return String.join(" ", arguments);
  }

  private static String label(OptionSpec option) {
    return option.paramLabel().replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
  }

  private String fish() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# fish completion of holdfast: holdfast completion fish > ~/.config/fish/completions/holdfast.fish");
    lines.add("function __holdfast_apps");
    lines.add("    " + APPS + " | " + NAMES);
    lines.add("end");
    String none = "not __fish_seen_subcommand_from " + String.join(" ", names());
    for (CommandSpec spec : specs()) {
      lines.add(
          "complete -c holdfast -f -n '"
              + none
              + "' -a "
              + spec.name()
              + " -d '"
              + description(spec.usageMessage().description())
              + "'");
      String seen = "complete -c holdfast -n '__fish_seen_subcommand_from " + spec.name() + "'";
      for (OptionSpec option : options(spec)) {
        lines.add(seen + fishNames(option) + " -d '" + description(option.description()) + "'");
      }
      if (takesApp(spec)) {
        lines.add(seen + " -f -a '(__holdfast_apps)'");
      }
    }
    return text(lines);
  }

  private static String fishNames(OptionSpec option) {
    StringBuilder names = new StringBuilder();
    for (String name : option.names()) {
      names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    return names + (option.arity().max() == 0 ? "" : " -r");
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
