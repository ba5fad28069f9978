#include "bench/manual/man_page.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lockstep {
namespace {

/// Lines as roff prints them, and none as a command.
std::string roff(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool begins = line.empty() || line.ends_with('\n');
    if (begins && (c == '.' || c == '\'')) line += "\\&";
    if (c == '\\') {
      line += "\\e";
    } else if (c == '-') {
      line += "\\-";
    } else if (c == '\n') {
      line += "\n.br\n";
    } else {
      line += c;
    }
  }
  return line;
}

std::string bold(const std::string& text) {
  return fmt::format("\\fB{}\\fR", roff(text));
}
std::string italic(const std::string& text) {
  return fmt::format("\\fI{}\\fR", roff(text));
}

std::string entry(const ManualOption& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back(bold(name));
  std::string text = fmt::format(".TP\n{}", fmt::join(names, ", "));
  if (!option.value.empty()) text += fmt::format("{}{}", names.empty() ? "" : " ", italic(option.value));
  return fmt::format("{}{}\n{}\n", text, option.repeats ? " ..." : "", roff(option.description));
}

bool is_help(const ManualOption& option) {
  return std::find(option.names.begin(), option.names.end(), "--help") != option.names.end();
}

std::string section(const std::string& program, const ManualCommand& command) {
  std::string text = fmt::format(".SS {}", bold(fmt::format("{} {}", program, command.name)));
  if (!command.options.empty()) text += fmt::format(" [{}]", italic("OPTIONS"));
  for (const ManualOption& argument : command.arguments)
    text += fmt::format(" {}{}", italic(argument.value), argument.repeats ? " ..." : "");
  text += fmt::format("\n{}\n", roff(command.description));
  for (const auto* entries : {&command.arguments, &command.options})
    for (const ManualOption& one : *entries)
      if (!is_help(one)) text += entry(one);  // said once, for all
  if (!command.footer.empty()) text += fmt::format(".PP\n{}\n", roff(command.footer));
  return text;
}

}  // namespace

std::string man_page(const Manual& manual, const std::string& version) {
  std::string title = manual.program;
  std::transform(title.begin(), title.end(), title.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string text =
      fmt::format(".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n.ad l\n", title, manual.program, version);
  text += fmt::format(".SH NAME\n{} \\- {}\n", manual.program, roff(manual.description));
  text +=
      fmt::format(".SH SYNOPSIS\n{} {} [{}]\n", bold(manual.program), italic("COMMAND"), italic("OPTIONS"));
  text += ".SH OPTIONS\n";
  for (const ManualOption& one : manual.options) text += entry(one);
  text += ".SH COMMANDS\n";
  for (const ManualCommand& command : manual.commands) text += section(manual.program, command);
  text += R"(.SH EXIT STATUS
.TP
\fB0\fR
all held
.TP
\fB1\fR
a verification failed, a regression is confirmed, or the two that doctor compares differ
.TP
\fB2\fR
bad usage, or a bad input file
.TP
\fB3\fR
a required backend or feature is missing
.TP
\fB4\fR
measured, but no honest verdict is possible
.SH ENVIRONMENT
.TP
\fBLOCKSTEP_MODULES\fR
the folder of the backends' modules, in place of the one that was installed
.TP
\fBLOCKSTEP_FUSED_ISA\fR
the instruction set of the backend fused: SSE4, AVX2, AVX\-512 or NEON
.TP
\fBXDG_CACHE_HOME\fR
what bench measures of the machine is kept in its folder lockstep; default: that of ~/.cache
)";
  return text;
}

}  // namespace lockstep
