#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "backends/every_backend_for_test.h"
#include "backends/problem_text.h"
#include "cases/data.h"
#include "verify/oracle.h"

namespace lockstep {
namespace {

class Layouts : public EveryBackend {};

LOCKSTEP_EVERY_BACKEND(Layouts);

/// Rows with this many elements between them that are nobody's business.
constexpr std::int64_t gap = 3;
constexpr float mark = 12345;

/// A sequence in memory that has gaps between its rows.
struct Spaced {
  explicit Spaced(std::array<std::int64_t, 3> size)
      : dims(size), memory(static_cast<std::size_t>(dims[0] * dims[1] * (dims[2] + gap)), mark) {}
  SequenceView<float> view() {
    const std::int64_t row = dims[2] + gap;
    return {memory.data(), dims, {row, dims[0] * row, 1}};
  }
  bool has_whole_gaps() const {
    for (std::size_t row = 0; row < memory.size(); row += static_cast<std::size_t>(dims[2] + gap))
      for (std::int64_t i = dims[2]; i < dims[2] + gap; ++i)
        if (memory[row + static_cast<std::size_t>(i)] != mark) return false;
    return true;
  }
  std::array<std::int64_t, 3> dims;
  std::vector<float> memory;
};

void copy(const SequenceView<const float>& from, const SequenceView<float>& to) {
  for (std::int64_t b = 0; b < from.dims[0]; ++b)
    for (std::int64_t t = 0; t < from.dims[1]; ++t) std::copy_n(from.row(b, t), from.dims[2], to.row(b, t));
}

/// Two results of which each may lie off the exact one by the tolerance, on either side.
void expect_alike(const Allowed& allowed, const SequenceView<const float>& a,
                  const SequenceView<const float>& b) {
  const SequenceView<const double> excused = allowed.output();
  for (std::int64_t i = 0; i < a.dims[0]; ++i)
    for (std::int64_t t = 0; t < a.dims[1]; ++t)
      for (std::int64_t j = 0; j < a.dims[2]; ++j)
        ASSERT_LE(std::abs(static_cast<double>(a(i, t, j)) - static_cast<double>(b(i, t, j))),
                  2 * excused(i, t, j));
}

TEST_P(Layouts, ComputesTheSameInEveryLayoutOfInputAndOutput) {
  int ran = 0;
  for (const char* text :
       {"simple_rnn/B:5/T:9/F:6/U:13/seq:1", "lstm/B:5/T:9/F:6/U:13/seq:1", "lstm/B:5/T:9/F:6/U:13",
        "lstm/B:4/T:8/F:16/U:16/seq:1/back:1/threads:2", "gru/B:5/T:9/F:6/U:13/seq:1/mask:holes",
        "gru/B:5/T:9/F:6/U:13/seq:1/reset_after:0", "dense/B:5/T:9/F:6/U:13",
        "dense/B:5/T:9/F:6/U:13/style:time_distributed", "activation/B:5/T:9/F:6/act:softmax"}) {
    const Problem problem = parse_problem(text);
    if (!backend().supports(problem)) continue;
    SCOPED_TRACE(text);
    ++ran;
    const Given given = make_given(problem, 1, Layout::time_major),
                other = make_given(problem, 1, Layout::batch_major);
    const Expected oracle(problem, given, 1);
    const Allowed allowed = oracle.allowed(problem);
    const auto layer = backend().prepare(problem, given.weights);
    const Asked<float> usual(problem, Layout::time_major);
    layer->run(make_io(problem, given, usual));

    for (const Given* from : {&given, &other})
      for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
        const Asked<float> asked(problem, layout);
        layer->run(make_io(problem, *from, asked));
        expect_alike(allowed, usual.output_view(), asked.output_view());
      }

    Spaced input({problem.shape.batch, problem.shape.time_steps, problem.shape.features}), output(usual.dims);
    copy(given.input_view(), input.view());
    Io io = make_io(problem, given, usual);
    const Asked<float> expected(problem, Layout::time_major);
    copy(usual.output_view(), expected.output_view());
    io.input = input.view();
    io.output = output.view();
    layer->run(io);
    expect_alike(allowed, expected.output_view(), output.view());
    EXPECT_TRUE(output.has_whole_gaps());
  }
  EXPECT_GT(ran, 0);
}

}  // namespace
}  // namespace lockstep
