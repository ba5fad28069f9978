#include "reports/markdown.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "reports/text.h"

namespace lockstep::reports {

namespace {

constexpr std::size_t terminal_width = 80;

bool word(const std::string& text, std::size_t at) {
  return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at]));
}

std::string padded(const std::string& text, std::size_t to, bool right) {
  const std::string pad(to - std::min(to, width(text)), ' ');
  return right ? pad + text : text + pad;
}

/// A heading or a list entry must not continue what stands above it.
void block(std::string& out, const std::string& text) {
  out += (out.empty() ? "" : "\n") + text + '\n';
}

void block(std::string& out, const Table& table) {
  if (!table.title().empty()) block(out, fmt::format("**{}**", escape_markdown(table.title())));
  out += '\n' + markdown(table);
}

/// Text that is copied as it stands. Within a table, a pipe must be escaped even there.
std::string code_span(const std::string& text, bool in_table = false) {
  const std::string clean = clean_text(text);
  std::string fence = "`";
  while (clean.find(fence) != std::string::npos) fence += '`';
  std::string inner;
  for (const char c : clean) {
    if (c == '|' && in_table) inner += '\\';
    inner += c == '\n' ? ' ' : c;
  }
  const bool touches = clean.starts_with('`') || clean.ends_with('`');
  return touches ? fmt::format("{0} {1} {0}", fence, inner) : fence + inner + fence;
}

/// A cell; one that is missing is an en dash.
std::string cell(const std::string& text, bool code) {
  if (text.empty()) return "–";
  return code ? code_span(text, true) : escape_markdown(text);
}

/// Plain text as a paragraph: its start is no list, quotation or heading.
std::string paragraph(const std::string& text) {
  const std::string escaped = escape_markdown(text);
  const bool block_mark =
      !escaped.empty() && std::string_view("#>+-=").find(escaped[0]) != std::string_view::npos;
  return block_mark ? '\\' + escaped : escaped;
}

}  // namespace

std::string escape_markdown(std::string_view text) {
  const std::string clean = clean_text(text);
  std::string escaped;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    const bool inside_word = i > 0 && word(clean, i - 1) && word(clean, i + 1);
    if (c == '\n')
      escaped += "<br>";
    else if (std::string_view("\\|<*`~&").find(c) != std::string_view::npos || (c == '_' && !inside_word) ||
             (c == ']' && (clean[i + 1] == '(' || clean[i + 1] == '[')))
      escaped += std::string{'\\', c};
    else
      escaped += c;
  }
  return escaped;
}

std::string markdown(const Table& table) {
  const std::size_t columns = table.columns().size(), rows = table.rows().size();
  if (columns == 0) return "";
  std::vector<std::vector<std::string>> cells(rows + 1);
  std::vector<std::size_t> widths(columns, 3);
  std::size_t total = 1;
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t r = 0; r <= rows; ++r) {
      cells[r].push_back(r == 0 ? escape_markdown(table.heading(c))
                                : cell(table.text(r - 1, c), table.columns()[c].code));
      widths[c] = std::max(widths[c], width(cells[r][c]));
    }
    total += widths[c] + 3;
  }
  if (total > terminal_width && !table.right_aligned(columns - 1)) widths.back() = 3;

  std::string out;
  for (std::size_t r = 0; r <= rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c)
      out += fmt::format("| {} ", padded(cells[r][c], widths[c], table.right_aligned(c)));
    out += "|\n";
    if (r > 0) continue;
    for (std::size_t c = 0; c < columns; ++c)
      out += fmt::format("|{}{}", std::string(widths[c] + 1, '-'), table.right_aligned(c) ? ':' : '-');
    out += "|\n";
  }
  return out;
}

std::string markdown(const Document& document) {
  std::string out;
  block(out, "# " + escape_markdown(document.title));
  for (const std::string& text : document.lead) block(out, paragraph(text));
  std::string facts;
  for (const Fact& fact : document.facts)
    facts += fmt::format("- **{}:** {}\n", escape_markdown(fact.key),
                         fact.code ? code_span(fact.value) : escape_markdown(fact.value));
  if (!facts.empty()) out += '\n' + facts;
  for (const Section& section : document.sections) {
    block(out, "## " + escape_markdown(section.heading));
    for (const std::string& text : section.paragraphs) block(out, paragraph(text));
    for (const Chart& chart : section.charts)
      block(out, fmt::format("*Chart in the HTML report: {}*", escape_markdown(chart.title)));
    for (const Table& table : section.tables) block(out, table);
  }
  if (shows_records(document)) block(out, document.records);
  return out;
}

}  // namespace lockstep::reports
