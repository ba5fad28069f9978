#pragma once

#include <string>

#include "reports/table.h"

namespace lockstep::reports {

/// The table as RFC 4180: a header of column names, then one record per row, each ended by CRLF. A field is
/// quoted where it must be. A missing value is an empty field.
std::string csv(const Table& table);

}  // namespace lockstep::reports
