#include "bench/gate/row.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

#include "bench/gate/counters.h"
#include "bench/gate/decide.h"

namespace lockstep::gate {
namespace {

bool counts_more(const Row& row) {
  return row.state == State::regression && !counted_more(row.base, row.head).empty();
}
bool is_slower(const Row& row) {
  return row.state == State::regression && !counts_more(row);
}
template <State state>
bool is(const Row& row) {
  return row.state == state;
}

/// "2 of 40 benchmarks are slower, 1 is wrong".
class Tally {
 public:
  explicit Tally(const std::vector<Row>& rows) : rows_(rows) {}

  void add(bool (*holds)(const Row&), std::string_view one, std::string_view several) {
    const auto count = std::count_if(rows_.begin(), rows_.end(), holds);
    if (count != 0) add(count, count == 1 ? one : several);
  }
  void add(std::ptrdiff_t count, std::string_view what) {
    text_ += text_.empty() ? fmt::format("{} of {} benchmark{} {}", count, rows_.size(),
                                         rows_.size() == 1 ? "" : "s", what)
                           : fmt::format(", {} {}", count, what);
  }
  const std::string& text() const { return text_; }

 private:
  const std::vector<Row>& rows_;
  std::string text_;
};

std::string first_of(const std::vector<std::string>& texts) {
  return texts.size() == 1 ? texts[0] : fmt::format("{} (and {} more)", texts[0], texts.size() - 1);
}

std::string bad_input(const Result& result) {
  if (!result.complaints.empty()) return first_of(result.complaints);
  if (result.rows.empty()) return "there is nothing to compare";
  Tally tally(result.rows);
  tally.add(is_unmeasured, "was not measured", "were not measured");
  return tally.text();
}

std::string failures(const std::vector<Row>& rows) {
  Tally tally(rows);
  tally.add(is<State::wrong>, "is wrong", "are wrong");
  tally.add(is_slower, "is slower", "are slower");
  tally.add(counts_more, "allocates or calls more", "allocate or call more");
  return tally.text();
}

std::string openness(const std::vector<Row>& rows) {
  Tally tally(rows);
  tally.add(is<State::inconclusive>, "is inconclusive", "are inconclusive");
  tally.add(is<State::layout_sensitive>, "is layout-sensitive", "are layout-sensitive");
  return tally.text();
}

std::string success(const std::vector<Row>& rows) {
  Tally tally(rows);
  tally.add(0, rows.size() == 1 ? "is slower" : "are slower");
  tally.add(is<State::improvement>, "is faster", "are faster");
  tally.add(is<State::acknowledged>, "is acknowledged", "are acknowledged");
  return tally.text();
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::pass:
      return "pass";
    case State::improvement:
      return "improvement";
    case State::acknowledged:
      return "acknowledged";
    case State::regression:
      return "regression";
    case State::wrong:
      return "wrong";
    case State::layout_sensitive:
      return "layout-sensitive";
    case State::inconclusive:
      return "inconclusive";
    case State::missing:
      return "missing";
  }
  assert(false);
  return "";
}

std::string verdict_of(const Result& result) {
  switch (exit_code_of(result)) {
    case exit_held:
      return success(result.rows);
    case exit_failed:
      return failures(result.rows);
    case exit_no_verdict:
      return fmt::format("no verdict: {}",
                         result.doubts.empty() ? openness(result.rows) : first_of(result.doubts));
    default:
      return fmt::format("bad input: {}", bad_input(result));
  }
}

}  // namespace lockstep::gate
