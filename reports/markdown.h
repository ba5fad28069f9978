#pragma once

#include <string>
#include <string_view>

#include "reports/document.h"
#include "reports/table.h"

namespace lockstep::reports {

/// A GitHub table with its pipes aligned, so that it also reads well in a terminal. The last column is not
/// padded where the table is wider than 80 characters. A missing value is an en dash. The title is left out.
std::string markdown(const Table& table);

/// The document, with a line in place of each chart.
std::string markdown(const Document& document);

/// Text in which Markdown finds no markup. Line breaks become <br>.
std::string escape_markdown(std::string_view text);

}  // namespace lockstep::reports
