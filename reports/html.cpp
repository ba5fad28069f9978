#include "reports/html.h"

#include <algorithm>

#include <fmt/format.h>

#include "reports/chart.h"
#include "reports/html_style.h"
#include "reports/text.h"

namespace lockstep::reports {

namespace {

std::string paragraphs(const std::vector<std::string>& texts, std::string_view css_class = "") {
  std::string out;
  for (const std::string& text : texts)
    out += css_class.empty() ? fmt::format("<p>{}</p>\n", escape_xml(text))
                             : fmt::format("<p class=\"{}\">{}</p>\n", css_class, escape_xml(text));
  return out;
}

/// Code that breaks between its words, but not behind the dashes of an option.
std::string code_html(const std::string& text) {
  std::string out = "<code>";
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(' ', from), text.size());
    const std::string word = escape_xml(text.substr(from, to - from));
    out += word.starts_with('-') ? fmt::format("<span>{}</span>", word) : word;
    if (to < text.size()) out += ' ';
    from = to + 1;
  }
  return out + "</code>";
}

/// A value; one that is missing is an en dash.
std::string value_html(const std::string& text, bool code) {
  if (text.empty()) return "–";
  return code ? code_html(text) : escape_xml(text);
}

std::string facts(const Document& document) {
  if (document.facts.empty()) return "";
  std::string out = "<dl class=\"facts\">\n";
  for (const Fact& fact : document.facts)
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape_xml(fact.key), value_html(fact.value, fact.code));
  return out + "</dl>\n";
}

std::string contents(const Document& document) {
  if (document.sections.size() < 2) return "";
  std::string out = "<nav aria-label=\"Contents\"><ul>\n";
  for (std::size_t i = 0; i < document.sections.size(); ++i)
    out += fmt::format("<li><a href=\"#section-{}\">{}</a></li>\n", i + 1,
                       escape_xml(document.sections[i].heading));
  return out + "</ul></nav>\n";
}

std::string heading(const Column& column) {
  std::string out = escape_xml(column.heading.empty() ? column.name : column.heading);
  if (!column.unit.empty()) out += fmt::format(" <span class=\"unit\">{}</span>", escape_xml(column.unit));
  return out;
}

const char* css_class(const Table& table, std::size_t column) {
  return table.columns()[column].code ? "c" : table.right_aligned(column) ? "n" : "t";
}

/// In a box of its own that scrolls sideways; the keyboard reaches it too.
std::string table_html(const Table& table) {
  const std::size_t columns = table.columns().size();
  std::string out;
  if (!table.title().empty()) out += fmt::format("<h3>{}</h3>\n", escape_xml(table.title()));
  out += fmt::format("<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\"><table>\n",
                     escape_xml(table.title().empty() ? "Table" : table.title()));
  std::vector<const char*> classes;
  out += "<thead><tr>";
  for (std::size_t c = 0; c < columns; ++c) {
    classes.push_back(css_class(table, c));
    out += fmt::format("<th scope=\"col\" class=\"{}\">{}</th>", classes[c], heading(table.columns()[c]));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t r = 0; r < table.rows().size(); ++r) {
    out += "<tr>";
    for (std::size_t c = 0; c < columns; ++c) {
      out += fmt::format("<td class=\"{}\">{}</td>", classes[c],
                         value_html(table.text(r, c), table.columns()[c].code));
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string figure(const Chart& chart, const std::string& drawing, const std::vector<std::string>& common) {
  std::string out =
      fmt::format("<figure>\n<figcaption>{}</figcaption>\n{}", escape_xml(chart.title), drawing);
  std::string note;
  for (const auto* lines : {&chart.caption, &common})
    for (const std::string& line : *lines) note += (note.empty() ? "" : "<br/>\n") + escape_xml(line);
  if (!note.empty()) out += fmt::format("<p class=\"note\">{}</p>\n", note);
  return out + "</figure>\n";
}

/// The drawings of all charts, in order; those without points are told in words.
std::vector<std::string> drawings(const Document& document) {
  std::vector<Chart> drawn;
  for (const Section& section : document.sections)
    for (const Chart& chart : section.charts)
      if (has_points(chart)) drawn.push_back(chart);
  const std::vector<std::string> rendered = svgs(drawn, document.series_order);
  std::vector<std::string> out;
  std::size_t next = 0;
  for (const Section& section : document.sections)
    for (const Chart& chart : section.charts)
      out.push_back(has_points(chart) ? rendered[next++] : "<p>Nothing was measured for this chart.</p>\n");
  return out;
}

}  // namespace

std::string html(const Document& document) {
  const std::vector<std::string> charts = drawings(document);
  std::size_t next_chart = 0;
  std::string body =
      fmt::format("<header>\n<h1>{}</h1>\n{}{}{}</header>\n<main>\n", escape_xml(document.title),
                  paragraphs(document.lead, "lead"), facts(document), contents(document));
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    const Section& section = document.sections[i];
    body += fmt::format("<section id=\"section-{}\">\n<h2>{}</h2>\n{}", i + 1, escape_xml(section.heading),
                        paragraphs(section.paragraphs));
    if (!section.charts.empty())
      body += fmt::format("<div class=\"charts{}\">\n", section.charts.size() == 1 ? " single" : "");
    for (const Chart& chart : section.charts) body += figure(chart, charts[next_chart++], document.caption);
    if (!section.charts.empty()) body += "</div>\n";
    for (const Table& table : section.tables) body += table_html(table);
    body += "</section>\n";
  }
  if (shows_records(document)) body += table_html(document.records);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{}</title>\n"
      "<style>{}</style>\n</head>\n<body>\n{}</main>\n</body>\n</html>\n",
      escape_xml(document.title), html_style, body);
}

}  // namespace lockstep::reports
