#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/gate/row.h"
#include "reports/table.h"

namespace lockstep::gate {

using Rows = std::vector<const Row*>;

/// Whether a row has numbers of its own.
bool is_timed(const Row&);

/// The rows that are no pass, by what they ask for: regressions first, the slowest of them leading.
Rows rows_for_eyes(const std::vector<Row>&);
/// The others, in their order.
Rows passes(const std::vector<Row>&);

/// The first rows, up to `most`, with state and reason.
reports::Table row_table(const Rows&, std::size_t most);
/// The controls, the largest difference first.
reports::Table control_table(const std::vector<Row>& controls, std::size_t most);
/// All that is known of each benchmark but its rounds, with its control's numbers where it has one.
reports::Table records_table(const Result&);

/// Text on one line of at most so many characters, an ellipsis at the end of what is cut.
std::string cut(std::string_view text, std::size_t most);

}  // namespace lockstep::gate
