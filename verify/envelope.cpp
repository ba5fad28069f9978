#include "verify/envelope.h"

#include <algorithm>

#include "backends/team.h"
#include "verify/noise.h"

namespace lockstep {
double Envelope::of_output(std::int64_t rows, std::int64_t t) const {
  double largest = 0;
  for (std::int64_t b = 0; b < rows; ++b)
    largest = std::max(largest, output[static_cast<std::size_t>(b * time_steps + t)]);
  return largest;
}

Envelope measure_envelope(const Problem& problem, const BasicWeights<double>& weights,
                          const BasicIo<double>& exact, int threads) {
  const std::int64_t rows = probed_rows(problem), units = exact.output.dims[2];
  Envelope envelope;
  envelope.time_steps = exact.output.dims[1];
  // One run after the other of each row, so that threads share no sum: [rows, runs, time_steps + states].
  const std::int64_t measured = envelope.time_steps + 2;
  std::vector<double> deviations(static_cast<std::size_t>(rows * noisy_runs * measured));
  const auto run = [&](std::int64_t b, std::int64_t index) {
    std::vector<double> output(static_cast<std::size_t>(envelope.time_steps * units)), final_h, final_c;
    Problem one_row = problem;
    one_row.shape.batch = 1;
    BasicIo<double> io;
    io.input = {exact.input.row(b, 0), {1, exact.input.dims[1], exact.input.dims[2]}, exact.input.strides};
    const auto row_of = [b](const auto& view) {
      return view ? StateView<const double>{view.row(b), {1, view.dims[1]}, view.strides}
                  : StateView<const double>{};
    };
    io.initial_h = row_of(exact.initial_h);
    io.initial_c = row_of(exact.initial_c);
    if (exact.mask) io.mask = {exact.mask.row(b), {1, exact.mask.dims[1]}, exact.mask.strides};
    io.output = sequence_view(output.data(), {1, envelope.time_steps, units}, Layout::batch_major);
    const auto asked = [&](const StateView<double>& view, std::vector<double>& memory) -> StateView<double> {
      if (!view) return {};
      memory.resize(static_cast<std::size_t>(units));
      return state_view(memory.data(), 1, units);
    };
    io.final_h = asked(exact.final_h, final_h);
    io.final_c = asked(exact.final_c, final_c);
    reference::LayerRows<double, Noisy>(one_row, weights,
                                        Noisy(static_cast<std::uint64_t>(b * noisy_runs + index)))
        .run(io, 0, 1);
    double* to = deviations.data() + (b * noisy_runs + index) * measured;
    for (std::int64_t t = 0; t < envelope.time_steps; ++t)
      to[t] = distance(io.output.row(0, t), exact.output.row(b, t), units);
    if (io.final_h) to[envelope.time_steps] = distance(final_h.data(), exact.final_h.row(b), units);
    if (io.final_c) to[envelope.time_steps + 1] = distance(final_c.data(), exact.final_c.row(b), units);
  };
  Team team(threads);
  team.run([&](int worker) {
    const auto [begin, end] = slice_of(rows * noisy_runs, team.threads(), worker);
    for (std::int64_t i = begin; i < end; ++i) run(i / noisy_runs, i % noisy_runs);
  });
  const auto largest = [&](std::int64_t b, std::int64_t place) {
    double found = 0;
    for (std::int64_t i = 0; i < noisy_runs; ++i)
      found = std::max(found, deviations[static_cast<std::size_t>((b * noisy_runs + i) * measured + place)]);
    return found;
  };
  for (std::int64_t b = 0; b < rows; ++b) {
    for (std::int64_t t = 0; t < envelope.time_steps; ++t) envelope.output.push_back(largest(b, t));
    if (exact.final_h) envelope.final_h.push_back(largest(b, envelope.time_steps));
    if (exact.final_c) envelope.final_c.push_back(largest(b, envelope.time_steps + 1));
  }
  return envelope;
}

}  // namespace lockstep
