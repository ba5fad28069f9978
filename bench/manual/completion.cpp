#include "bench/manual/completion.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

namespace lockstep {
namespace {

/// As much of a description as stands beside a word in a list, in one line.
std::string brief(std::string text) {
  constexpr std::size_t most = 60;
  if (const auto line = text.find('\n'); line != std::string::npos) text.resize(line);
  if (text.size() <= most) return text;
  text.resize(std::min(text.rfind(' ', most), most));
  return text + " ...";
}

/// With a backslash before each of `special`.
std::string escaped(const std::string& text, std::string_view special) {
  std::string all;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) all += '\\';
    all += c;
  }
  return all;
}

/// A word of bash or zsh, in single quotes.
std::string shell_word(const std::string& text) {
  std::string all = "'";
  for (const char c : text) all += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return all + "'";
}

/// Whether what an option takes may be a file.
bool takes_file(const ManualOption& option) {
  return option.value == "TEXT";
}

std::vector<std::string> names_of(const std::vector<ManualOption>& options) {
  std::vector<std::string> names;
  for (const ManualOption& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> commands_of(const Manual& manual) {
  std::vector<std::string> names;
  for (const ManualCommand& command : manual.commands) names.push_back(command.name);
  return names;
}

std::string for_bash(const Manual& manual) {
  std::string cases;
  for (const ManualCommand& command : manual.commands)
    cases +=
        fmt::format("        {}) words='{}' ;;\n", command.name, fmt::join(names_of(command.options), " "));
  return fmt::format(
      R"(# bash completion for {0}: source <({0} completion bash)
_{0}() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} words=''
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '{1}' -- "$current")
        return
    fi
    [[ $current == -* ]] || return 0 # a file
    case ${{COMP_WORDS[1]}} in
{2}    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -o default -F _{0} {0}
)",
      manual.program,
      fmt::format("{} {}", fmt::join(commands_of(manual), " "), fmt::join(names_of(manual.options), " ")),
      cases);
}

std::string for_zsh(const Manual& manual) {
  std::string commands, cases;
  for (const ManualCommand& command : manual.commands) {
    commands += fmt::format("    {}\n", shell_word(fmt::format("{}:{}", command.name,
                                                               escaped(brief(command.description), "\\"))));
    cases += fmt::format("    {}) _arguments", command.name);
    for (const ManualOption& option : command.options)
      for (const std::string& name : option.names) {
        std::string spec = fmt::format("*{}[{}]", name, escaped(brief(option.description), ":[]\\"));
        if (!option.value.empty())
          spec += fmt::format(":{}:{}", option.value, takes_file(option) ? "_files" : " ");
        cases += fmt::format(" \\\n        {}", shell_word(spec));
      }
    cases += " \\\n        '*:file:_files' ;;\n";
  }
  return fmt::format(R"(#compdef {0}
# zsh completion for {0}: {0} completion zsh > a folder of $fpath/_{0}
local -a commands=(
{1})
if ((CURRENT == 2)); then
    _describe command commands
    return
fi
shift words
((CURRENT--))
case ${{words[1]}} in
{2}esac
)",
                     manual.program, commands, cases);
}

std::string for_fish(const Manual& manual) {
  const auto fish_quoted = [](const std::string& text) {
    return fmt::format("'{}'", escaped(brief(text), "\\'"));
  };
  std::string text = fmt::format("# fish completion for {0}: {0} completion fish | source\n", manual.program);
  for (const ManualCommand& command : manual.commands) {
    text += fmt::format("complete -c {} -n __fish_use_subcommand -f -a {} -d {}\n", manual.program,
                        command.name, fish_quoted(command.description));
    for (const ManualOption& option : command.options) {
      text += fmt::format("complete -c {} -n '__fish_seen_subcommand_from {}'", manual.program, command.name);
      for (const std::string& name : option.names)
        text += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                       : fmt::format(" -s {}", name.substr(1));
      text += fmt::format("{} -d {}\n",
                          option.value.empty() ? ""
                          : takes_file(option) ? " -r"
                                               : " -x",
                          fish_quoted(option.description));
    }
  }
  return text;
}

}  // namespace

std::string completion(const Manual& manual, const std::string& shell) {
  if (shell == "bash") return for_bash(manual);
  if (shell == "zsh") return for_zsh(manual);
  if (shell == "fish") return for_fish(manual);
  throw std::invalid_argument(
      fmt::format("completion for {}: accepted are bash, zsh and fish", in_quotes(shell)));
}

}  // namespace lockstep
