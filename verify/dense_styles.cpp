#include "verify/dense_styles.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <memory>

#include "backends/model_wiring.h"
#include "cases/data.h"
#include "verify/tolerance.h"

namespace lockstep {
namespace {

/// The problem of the first Dense at the size of one batch.
std::optional<Problem> first_dense(const Seed& one, int threads) {
  Shape shape = one.input;
  shape.batch = std::min(one.batch, shape.batch);
  for (const ModelStep& step :
       plan_model(one.model, resolve(one.model), shape, {threads, Pass::inference}, InitialStates::zero))
    if (step.problem && as_dense(*step.problem) != nullptr) return step.problem;
  return std::nullopt;
}

double seconds_of(Layer& layer, const Io& io, int calls) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) layer.run(io);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / calls;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

}  // namespace

std::optional<StyleTimes> time_styles(const Backend& backend, const Seed& one, int threads) {
  constexpr double shortest_round = 200e-6;  // seconds, so that the clock's own cost is lost in it
  constexpr int rounds = 11;
  auto problem = first_dense(one, threads);
  if (!problem) return std::nullopt;
  const Given given = make_given(*problem, default_seed);
  const Asked<float> asked(*problem, Layout::time_major);
  const Io io = make_io(*problem, given, asked);
  std::array<std::unique_ptr<Layer>, 2> layers;
  std::array<std::vector<double>, 2> seconds;
  for (const DenseStyle style : {DenseStyle::flattened, DenseStyle::time_distributed}) {
    std::get<DenseSpec>(problem->layer).style = style;
    layers[static_cast<std::size_t>(style)] = backend.prepare(*problem, given.weights);
  }
  int calls = 1;
  while (seconds_of(*layers[0], io, calls) * calls < shortest_round) calls *= 2;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t style = 0; style < 2; ++style)
      seconds[style].push_back(seconds_of(*layers[style], io, calls));
  return StyleTimes{median(seconds[0]), median(seconds[1])};
}

reports::Table style_table(const std::vector<StyleDifference>& styles) {
  using reports::Align;
  using reports::Cell;
  reports::Table table("", {{"model", "Model"},
                            {"backend", "Backend"},
                            {"bitwise", "Bitwise equal"},
                            {"different", "Elements that differ", "%", Align::right, 3},
                            {"ulp", "Largest difference", "ulp", Align::right},
                            {"u", "Largest difference", "u", Align::right, 3},
                            {"whole", "Dense", "us", Align::right, 3},
                            {"per_step", "TimeDistributed", "us", Align::right, 3}});
  constexpr double percent = 100, micro = 1e6;
  for (const auto& [model, backend, bits, seconds] : styles)
    table.add({model, backend, std::string(bits.bitwise_equal() ? "yes" : "no"),
               percent * static_cast<double>(bits.different) / static_cast<double>(bits.compared),
               bits.largest_ulp,
               std::isfinite(bits.largest_difference) ? Cell(bits.largest_difference / unit_roundoff)
                                                      : Cell("not finite"),
               seconds ? Cell(micro * seconds->whole) : Cell(),
               seconds ? Cell(micro * seconds->per_step) : Cell()});
  return table;
}

}  // namespace lockstep
