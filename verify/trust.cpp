#include "verify/trust.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace lockstep {
namespace {

/// Where relu makes the output, or the gate on it, about half of the values are zero and rightly so.
bool gives_zeros(const Problem& problem, Activation activation) {
  const auto* recurrent = as_recurrent(problem);
  return activation == Activation::relu || (recurrent != nullptr && recurrent->cell == Cell::lstm &&
                                            recurrent->recurrent_activation == Activation::relu);
}

Activation activation_of(const Problem& problem) {
  if (const auto* recurrent = as_recurrent(problem)) return recurrent->activation;
  if (const auto* dense = as_dense(problem)) return dense->activation;
  return std::get<ActivationSpec>(problem.layer).activation;
}

/// Whether the last output of a row comes from a step that counts: else it is the zeros that the mask asks
/// for.
bool shows_a_counted_step(const RecurrentSpec& layer, const MaskView& mask, std::int64_t b) {
  const std::uint8_t* row = mask.row(b);
  if (layer.zero_output_for_mask) return row[layer.go_backwards ? 0 : mask.dims[1] - 1] != 0;
  return std::any_of(row, row + mask.dims[1], [](std::uint8_t counts) { return counts != 0; });
}

}  // namespace

std::string beyond_float(const SequenceView<const double>& expected) {
  std::int64_t beyond = 0, all = 0;
  for (std::int64_t b = 0; b < expected.dims[0]; ++b)
    for (std::int64_t t = 0; t < expected.dims[1]; ++t)
      for (std::int64_t j = 0; j < expected.dims[2]; ++j, ++all)
        beyond += !(std::abs(expected(b, t, j)) <= std::numeric_limits<float>::max());
  return beyond == 0 ? "" : fmt::format("{} of {} expected outputs are beyond float's range", beyond, all);
}

std::string distrust(const Problem& problem, const SequenceView<const double>& expected,
                     const MaskView& mask) {
  if (std::string why = beyond_float(expected); !why.empty()) return why;
  constexpr double most_saturated = 0.3, saturated_from = 0.999;
  const Activation activation = activation_of(problem);
  const double most_zeros = gives_zeros(problem, activation) ? 0.8 : 0.3;
  const bool bounded = activation == Activation::tanh || activation == Activation::sigmoid;
  const auto [batch, time_steps, units] = expected.dims;
  const auto* recurrent = as_recurrent(problem);
  const bool backwards = recurrent != nullptr && recurrent->go_backwards;
  const bool only_last = mask && recurrent != nullptr && !recurrent->return_sequences;
  std::int64_t counted = 0, zeros = 0, saturated = 0, differs_by_unit = 0, differs_by_step = 0;
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t) {
      const std::int64_t input_t = backwards ? time_steps - 1 - t : t;
      if (mask && !(only_last ? shows_a_counted_step(*recurrent, mask, b) : mask(b, input_t) != 0)) continue;
      for (std::int64_t j = 0; j < units; ++j) {
        const double x = expected(b, t, j);
        ++counted;
        zeros += x == 0;
        saturated += bounded && std::abs(x) > saturated_from;
        differs_by_unit += j > 0 && x != expected(b, t, j - 1);
        differs_by_step += t > 0 && x != expected(b, t - 1, j);
      }
    }
  const auto share = [&](std::int64_t part) {
    return static_cast<double>(part) / static_cast<double>(counted);
  };
  if (counted == 0) return "every step is masked";
  if (share(zeros) > most_zeros)
    return fmt::format("{:.0f} % of the expected outputs are zero", 100 * share(zeros));
  if (share(saturated) > most_saturated)
    return fmt::format("{:.0f} % of the expected outputs are saturated", 100 * share(saturated));
  if (units > 1 && differs_by_unit == 0) return "the expected output is the same in every unit";
  if (time_steps > 1 && differs_by_step == 0) return "the expected output is the same at every step";
  return {};
}

}  // namespace lockstep
