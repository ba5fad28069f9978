#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "reports/xml_for_test.h"

namespace lockstep::reports {

/// Rows of cells, as text.
using Texts = std::vector<std::vector<std::string>>;

/// The cells of every table row, without the header and the line below it.
inline Texts markdown_rows(const std::string& text) {
  Texts rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ")) continue;
    std::vector<std::string> cells;
    std::string cell;
    for (std::size_t i = 1; i < line.size(); ++i) {
      if (line[i] == '\\' && i + 1 < line.size()) {
        cell += line[++i];
      } else if (line[i] == '|') {
        const auto from = cell.find_first_not_of(' ');
        cells.push_back(from == cell.npos ? "" : cell.substr(from, cell.find_last_not_of(' ') + 1 - from));
        cell.clear();
      } else {
        cell += line[i];
      }
    }
    rows.push_back(cells);
  }
  return rows;
}

/// The cells in the body of every table row.
inline Texts html_rows(const std::string& text) {
  Texts rows;
  const auto page = parse_xml(text);
  for (const auto* row : page->all("tr")) {
    rows.emplace_back();
    for (const auto* cell : row->all("td")) rows.back().push_back(cell->text);
  }
  return rows;
}

/// The fields of every record, the header first.
inline Texts csv_rows(const std::string& text) {
  Texts rows(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"')
      rows.back().back() += text[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      rows.back().emplace_back();
    else if (c == '\n' && !quoted)
      rows.push_back({""});
    else if (c != '\r' || quoted)
      rows.back().back() += c;
  }
  rows.pop_back();
  return rows;
}

}  // namespace lockstep::reports
