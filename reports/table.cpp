#include "reports/table.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "reports/text.h"

namespace lockstep::reports {

namespace {

std::string real_to_text(double value, int digits) {
  if (value == 0) return "0";
  const std::string scientific = fmt::format("{:.{}e}", value, digits - 1);
  const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  if (exponent < -5 || exponent >= 12) return scientific;
  return fmt::format("{:.{}f}", std::strtod(scientific.c_str(), nullptr), std::max(0, digits - 1 - exponent));
}

}  // namespace

std::string to_text(const Cell& cell, int digits) {
  if (const auto* text = std::get_if<std::string>(&cell)) return clean_text(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&cell)) return real_to_text(*real, digits);
  return "";
}

Table::Table(std::string title, std::vector<Column> columns, std::vector<Row> rows)
    : title_(std::move(title)), columns_(std::move(columns)) {
  std::set<std::string> names;
  for (const Column& column : columns_) {
    if (column.name.empty())
      throw std::invalid_argument(fmt::format("table '{}': a column has no name", title_));
    if (!names.insert(column.name).second)
      throw std::invalid_argument(fmt::format("table '{}': two columns are named '{}'", title_, column.name));
    if (column.digits < 1 || column.digits > 15)
      throw std::invalid_argument(fmt::format("table '{}', column '{}': {} digits; 1 to 15 are accepted",
                                              title_, column.name, column.digits));
  }
  rows_.reserve(rows.size());
  for (Row& row : rows) add(std::move(row));
}

void Table::add(Row row) {
  if (row.size() != columns_.size())
    throw std::invalid_argument(fmt::format("table '{}', row {}: {} cells for {} columns", title_,
                                            rows_.size() + 1, row.size(), columns_.size()));
  for (std::size_t i = 0; i < row.size(); ++i)
    if (const auto* real = std::get_if<double>(&row[i]); real && !std::isfinite(*real))
      throw std::invalid_argument(fmt::format("table '{}', row {}, column '{}': {} is not a finite number",
                                              title_, rows_.size() + 1, columns_[i].name, *real));
  rows_.push_back(std::move(row));
}

std::string Table::text(std::size_t row, std::size_t column) const {
  return to_text(rows_.at(row).at(column), columns_.at(column).digits);
}

std::string Table::heading(std::size_t column) const {
  const Column& c = columns_.at(column);
  const std::string& text = c.heading.empty() ? c.name : c.heading;
  return clean_text(c.unit.empty() ? text : fmt::format("{} [{}]", text, c.unit));
}

bool Table::right_aligned(std::size_t column) const {
  if (columns_.at(column).align != Align::automatic) return columns_[column].align == Align::right;
  return std::ranges::any_of(rows_, [&](const Row& row) {
    return std::holds_alternative<std::int64_t>(row[column]) || std::holds_alternative<double>(row[column]);
  });
}

}  // namespace lockstep::reports
