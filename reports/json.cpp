#include "reports/json.h"

#include <cmath>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

#include "reports/text.h"

namespace lockstep::reports {

using nlohmann::ordered_json;

namespace {

ordered_json value(const Table& table, std::size_t row, std::size_t column) {
  const Cell& cell = table.rows()[row][column];
  if (std::holds_alternative<std::monostate>(cell)) return nullptr;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return *integer;
  const std::string text = table.text(row, column);
  if (std::holds_alternative<double>(cell)) return std::strtod(text.c_str(), nullptr);
  return text;
}

void refuse_non_finite(const ordered_json& value, const std::string& place) {
  if (value.is_number_float() && !std::isfinite(value.get<double>()))
    throw std::invalid_argument(fmt::format("JSON, at {}: {} is not a finite number",
                                            place.empty() ? "/" : place, value.get<double>()));
  if (value.is_structured())
    for (const auto& item : value.items()) refuse_non_finite(item.value(), place + '/' + item.key());
}

}  // namespace

ordered_json json(const Table& table) {
  ordered_json rows = ordered_json::array();
  for (std::size_t r = 0; r < table.rows().size(); ++r) {
    ordered_json row = ordered_json::object();
    for (std::size_t c = 0; c < table.columns().size(); ++c)
      row[clean_text(table.columns()[c].name)] = value(table, r, c);
    rows.push_back(std::move(row));
  }
  return rows;
}

ordered_json json(const Document& document) {
  ordered_json out;
  out["title"] = clean_text(document.title);
  out["lead"] = ordered_json::array();
  for (const std::string& text : document.lead) out["lead"].push_back(clean_text(text));
  out["facts"] = ordered_json::object();
  for (const Fact& fact : document.facts)
    if (!out["facts"].emplace(clean_text(fact.key), clean_text(fact.value)).second)
      throw std::invalid_argument(
          fmt::format("document '{}': two facts are named '{}'", document.title, fact.key));
  out["columns"] = ordered_json::array();
  for (const Column& column : document.records.columns())
    out["columns"].push_back({{"name", clean_text(column.name)},
                              {"heading", clean_text(column.heading.empty() ? column.name : column.heading)},
                              {"unit", clean_text(column.unit)}});
  out["records"] = json(document.records);
  return out;
}

std::string dump(const ordered_json& value) {
  refuse_non_finite(value, "");
  return value.dump(1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace lockstep::reports
