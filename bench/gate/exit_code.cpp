#include <algorithm>

#include "bench/gate/counters.h"
#include "bench/gate/decide.h"

namespace lockstep::gate {
namespace {

bool lets_through(const Row& row) {
  return row.state == State::pass || row.state == State::improvement || row.state == State::acknowledged ||
         row.state == State::layout_sensitive;
}

bool fails(const Row& row) {
  return row.state == State::regression || row.state == State::wrong;
}

/// Whatever is to be thought of the times.
bool fails_without_times(const Row& row) {
  return row.state == State::wrong ||
         (row.state == State::regression && !counted_more(row.base, row.head).empty());
}

}  // namespace

bool is_unmeasured(const Row& row) {
  return row.state == State::missing || (lets_through(row) && row.processes < 1);
}

ExitCode exit_code_of(const Result& result) {
  const auto any = [&](bool (*holds)(const Row&)) {
    return std::any_of(result.rows.begin(), result.rows.end(), holds);
  };
  if (!result.complaints.empty() || any(is_unmeasured)) return exit_usage;
  if (result.rows.empty()) return result.doubts.empty() ? exit_usage : exit_no_verdict;
  if (any(fails_without_times)) return exit_failed;
  if (!result.doubts.empty()) return exit_no_verdict;
  if (any(fails)) return exit_failed;
  return std::all_of(result.rows.begin(), result.rows.end(), lets_through) ? exit_held : exit_no_verdict;
}

}  // namespace lockstep::gate
