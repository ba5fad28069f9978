#include "verify/mutants/exact_integers.h"

#include <cmath>

#include <fmt/format.h>

#include "cases/expand.h"
#include "verify/check.h"

namespace lockstep {
namespace {

constexpr std::string_view exact_problems =
    "dense,simple_rnn/B:3/T:4/F:5/U:9/seq:1/act:linear,relu/state:1/final:1/style:flattened,time_distributed";

/// -2 ... 2
template <class Values>
void fill(Values& values, const Random& random) {
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(values.size()); ++i)
    values.data()[i] = std::floor(random.uniform(i) * 2.5F + 0.5F);
}

}  // namespace

Given integers_for(const Problem& problem, std::uint64_t seed) {
  Given given = make_given(problem, seed);
  fill(given.weights.kernel, Random(seed, "integer kernel"));
  fill(given.weights.recurrent_kernel, Random(seed, "integer recurrent_kernel"));
  fill(given.weights.bias, Random(seed, "integer bias"));
  fill(given.input, Random(seed, "integer input"));
  fill(given.initial_h, Random(seed, "integer initial_h"));
  fill(given.initial_c, Random(seed, "integer initial_c"));
  return given;
}

Finding check_exact_integers(const Backend& backend) {
  Finding finding;
  for (const Problem& problem : expand_problems(exact_problems)) {
    const Case one{problem, "every sum is a whole number"};
    const Given given = integers_for(problem, one.seed);
    const auto layer = backend.prepare(problem, given.weights);
    finding = check_layer(backend, *layer, one, given, Expected(problem, given, 1));
    if (finding.largest_error != 0)
      fail(finding, "exact integers",
           fmt::format("error {:.3g} where every sum is a whole number", finding.largest_error));
    if (finding.verdict != Verdict::pass) break;
  }
  return finding;
}

}  // namespace lockstep
