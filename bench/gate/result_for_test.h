#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/gate/row.h"

namespace lockstep::gate {

inline Proof proof_for_test(const std::string& benchmark, std::int64_t allocations) {
  return {.benchmark = benchmark,
          .verdict = "pass",
          .reason = {},
          .method = "one product",
          .version = "3.4.0",
          .library_path = "/lib/libx.so",
          .digest = 0xfedcba9876543210,
          .allocations = allocations,
          .library_calls = 7};
}

/// Of rows that have a state and nothing else but that they were measured.
inline Result result_for_test(std::initializer_list<State> states) {
  Result result;
  for (const State state : states) {
    result.rows.emplace_back();
    result.rows.back().state = state;
    result.rows.back().processes = 6;
  }
  return result;
}

/// A row as if it had been timed.
inline Row row_for_test(const std::string& benchmark, State state, double ratio, std::string reason = {}) {
  Row row;
  row.benchmark = benchmark;
  row.backend = benchmark.substr(benchmark.rfind(':') + 1);
  row.state = state;
  row.reason = std::move(reason);
  row.ratio = ratio;
  row.low = ratio / 1.0123456789;
  row.high = ratio * 1.0123456789;
  row.p = state == State::regression ? 1.0 / (1 << 28) : 0.25;
  row.detectable = 0.0312345;
  row.processes = 28;
  row.rounds = 16;
  row.confirmed = state != State::pass;
  row.base_seconds = 0.001234567;
  row.base = row.head = proof_for_test(benchmark, 0);
  return row;
}

/// One row of each state, the regression in the middle, a control, and rounds.
inline Result result_for_test() {
  Result result;
  result.base = "build/base";
  result.head = "build/head";
  result.command = "lockstep gate --base build/base --head build/head";
  result.facts = {{"cpu", "Some CPU <model>"}, {"date", "2026-01-02 03:04:05 UTC"}};
  result.rows = {
      row_for_test("gru/B:1/T:8/F:3/U:4/backend:naive", State::pass, 1.0012345),
      row_for_test("gru/B:1/T:8/F:3/U:4/backend:eigen", State::improvement, 0.87654321, "12.3 % faster"),
      row_for_test("lstm/B:1/T:8/F:3/U:4/backend:eigen", State::regression, 1.0712345, "7.12 % slower"),
      row_for_test("lstm/B:2/T:8/F:3/U:4/backend:eigen", State::regression, 1.2312345, "23.1 % slower"),
      row_for_test("lstm/B:3/T:8/F:3/U:4/backend:eigen", State::acknowledged, 1.0612345,
                   "up to 1.08 by ann until 2026-12-31: a | pipe"),
      row_for_test("lstm/B:4/T:8/F:3/U:4/backend:naive", State::layout_sensitive, 1.4212345,
                   "42.1 % slower as built, but slower on only 1 of 3 other layouts"),
      row_for_test("lstm/B:5/T:8/F:3/U:4/backend:naive", State::inconclusive, 1.0112345, "too noisy")};
  result.rows[2].layouts = {1.0654321, 1.07, 1.08};
  result.rows[3].head.allocations = 2;
  result.rows[4].alternating = true;
  result.rows[6].detectable = std::numeric_limits<double>::infinity();
  Row wrong;
  wrong.benchmark = "dense/B:1/T:8/F:3/U:4/backend:openblas";
  wrong.backend = "openblas";
  wrong.state = State::wrong;
  wrong.reason = "head: output off by 3e-2";
  wrong.base = wrong.head = proof_for_test(wrong.benchmark, 0);
  wrong.head.verdict = "fail";
  wrong.head.digest = 1;
  Row missing;
  missing.benchmark = "dense/B:1/T:8/F:3/U:4/backend:onednn";
  missing.backend = "onednn";
  missing.reason = "base: no such backend";
  missing.base.verdict = "missing";
  result.rows.push_back(wrong);
  result.rows.push_back(missing);
  result.controls = {row_for_test(result.rows[2].benchmark, State::pass, 0.99912345)};
  result.samples = {
      {result.rows[2].benchmark, Pair::head, 0, {0.00100012345, 0.0010001}, {0.00107, 0.001071}, 3},
      {result.rows[2].benchmark, Pair::control, 0, {0.001}, {0.00099}, 3},
      {result.rows[2].benchmark, Pair::layout, 2, {0.001}, {0.00106}, 3}};
  result.complaints = {"base/onednn: not there"};
  result.doubts = {"a control differs"};
  result.seconds = 61.25;
  result.code = exit_usage;
  return result;
}

/// So many rows of one state, with names and reasons as long as they get.
inline Result large_result_for_test(int count, State state) {
  Result result = result_for_test();
  result.rows.clear();
  result.controls.clear();
  for (int i = 0; i < count; ++i) {
    result.rows.push_back(row_for_test(
        fmt::format(
            "lstm/B:32/T:{}/F:128/U:256/seq:1/rec_act:hard_sigmoid/zero_mask:1/threads:1/backend:openblas",
            i),
        state, 1 + 0.0001 * i, state == State::pass ? "" : std::string(1000, '_')));
    if (i % 10 == 0) result.controls.push_back(result.rows.back());
  }
  return result;
}

}  // namespace lockstep::gate
