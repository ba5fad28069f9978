#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "reports/document.h"
#include "reports/table.h"

namespace lockstep::reports {

/// An array with an object per row, keyed by column name in column order. A number has the value of its text,
/// a missing value is null.
nlohmann::ordered_json json(const Table& table);

/// {title, lead, facts, columns: [{name, heading, unit}], records: json(records)}.
/// std::invalid_argument: two facts with one key.
nlohmann::ordered_json json(const Document& document);

/// Valid JSON text, indented. std::invalid_argument, with the place: a number that is not finite.
std::string dump(const nlohmann::ordered_json& value);

}  // namespace lockstep::reports
