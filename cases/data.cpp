#include "cases/data.h"

#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <unistd.h>

#include "backends/problem_text.h"

namespace lockstep {
namespace {

std::uint64_t hash(std::string_view text) {  // FNV-1a
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return value;
}

void fill(float* values, std::int64_t n, const Random& random, float scale, float offset = 0) {
  for (std::int64_t i = 0; i < n; ++i) values[i] = offset + scale * random.uniform(i);
}

/// [rows, columns], each element a function of its own row and column.
std::vector<float> make_matrix(const WeightShapes::Matrix& shape, const Random& random, double scale) {
  std::vector<float> values(static_cast<std::size_t>(shape[0] * shape[1]));
  for (std::int64_t i = 0; i < shape[0]; ++i)
    fill(values.data() + i * shape[1], shape[1], random.at(i), static_cast<float>(scale));
  return values;
}

Buffer<float> make_state(std::int64_t batch, std::int64_t units, const Random& random) {
  Buffer<float> state(batch * units);
  for (std::int64_t b = 0; b < batch; ++b) fill(state.data() + b * units, units, random.at(b), 0.5F);
  return state;
}

void check_memory(const Problem& problem) {
  const double wanted = static_cast<double>(bytes_needed(problem));
  const double there =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  // Input and output as given, twice as asked for, in double, as far as they may be off, and step by step.
  if (constexpr double copies = 10; wanted * copies > there)
    throw std::invalid_argument(fmt::format(
        "problem \"{}\": needs about {:.3g} GB, this machine has {:.3g} GB: choose a smaller B, T, F or U",
        to_string(problem), wanted * copies / 1e9, there / 1e9));
}

}  // namespace

std::uint64_t Random::mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

Random::Random(std::uint64_t seed, std::string_view tensor) : state_(mix(mix(seed) ^ hash(tensor))) {}

float Random::uniform(std::int64_t index) const {
  const std::uint64_t bits = mix(state_ + static_cast<std::uint64_t>(index)) >> 40;  // 24 bits
  return static_cast<float>(bits) * 0x1p-23F - 1.0F;
}

SequenceView<const float> Given::input_view() const {
  return sequence_view<const float>(input.data(), {shape.batch, shape.time_steps, shape.features}, layout);
}

Weights make_weights(const LayerSpec& layer, std::int64_t features, std::uint64_t seed) {
  const WeightShapes shapes = weight_shapes(layer, features);
  Weights weights;
  const auto fans = static_cast<double>(shapes.kernel[0] + shapes.kernel[1]);
  weights.kernel = make_matrix(shapes.kernel, Random(seed, "kernel"), std::sqrt(6 / std::max(1.0, fans)));
  const auto units = static_cast<double>(shapes.recurrent_kernel[0]);
  // A uniform number in [-1, 1) has variance 1/3.
  weights.recurrent_kernel = make_matrix(shapes.recurrent_kernel, Random(seed, "recurrent_kernel"),
                                         0.8 * std::sqrt(3 / std::max(1.0, units)));
  weights.bias = make_matrix(shapes.bias, Random(seed, "bias"), 0.3);
  if (const auto* recurrent = std::get_if<RecurrentSpec>(&layer);
      recurrent != nullptr && recurrent->cell == Cell::lstm && recurrent->use_bias)
    for (std::int64_t j = recurrent->units; j < 2 * recurrent->units; ++j)
      weights.bias[static_cast<std::size_t>(j)] += 1;  // unit_forget_bias
  return weights;
}

std::vector<std::uint8_t> make_mask(MaskPattern pattern, std::int64_t batch, std::int64_t time_steps,
                                    std::uint64_t seed) {
  if (pattern == MaskPattern::none) return {};
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(batch * time_steps));
  const Random random(seed, "mask");
  for (std::int64_t b = 0; b < batch; ++b) {
    // The first row is whole in right and left, and wholly masked in full.
    const auto padding = b == 0 ? 0
                                : static_cast<std::int64_t>((random.at(b).uniform(time_steps) + 1) / 2 *
                                                            static_cast<float>(time_steps));
    for (std::int64_t t = 0; t < time_steps; ++t) {
      bool counts = random.at(b).uniform(t) < 0.4F;
      if (pattern == MaskPattern::right) counts = t < time_steps - padding;
      if (pattern == MaskPattern::left) counts = t >= padding;
      if (pattern == MaskPattern::full && b == 0) counts = false;
      // Where one output alone is shown, from either end: the last row's comes from a step that counts.
      const bool is_end = t == 0 || t == time_steps - 1;
      if (pattern == MaskPattern::holes || (pattern == MaskPattern::full && b > 0))
        counts = counts || (b == batch - 1 && is_end);
      mask[static_cast<std::size_t>(b * time_steps + t)] = counts ? 1 : 0;
    }
  }
  return mask;
}

Given make_given(const Problem& problem, std::uint64_t seed, Layout layout) {
  validate(problem);
  check_memory(problem);
  const auto [batch, time_steps, features] = problem.shape;
  Given given;
  given.weights = make_weights(problem.layer, features, seed);
  given.shape = problem.shape;
  given.layout = layout;
  given.input = Buffer<float>(batch * time_steps * features);
  const auto view = sequence_view(given.input.data(), {batch, time_steps, features}, layout);
  const Random input(seed, "input");
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t)
      fill(view.row(b, t), features, input.at(b).at(t), std::sqrt(3.0F));
  if (const auto* recurrent = as_recurrent(problem)) {
    if (problem.extras.initial_state) {
      given.initial_h = make_state(batch, recurrent->units, Random(seed, "initial_h"));
      if (recurrent->cell == Cell::lstm)
        given.initial_c = make_state(batch, recurrent->units, Random(seed, "initial_c"));
    }
    given.mask = make_mask(problem.extras.mask, batch, time_steps, seed);
  }
  return given;
}

Given make_given(const Case& one, Layout layout) {
  Given given = make_given(one.problem, one.seed, layout);
  for (float& weight : given.weights.recurrent_kernel) weight *= static_cast<float>(one.gain);
  return given;
}

SequenceView<const float> GivenGradients::output_view() const {
  return sequence_view<const float>(output.data(), dims, layout);
}
StateView<const float> GivenGradients::h_view() const {
  return state_view<const float>(final_h.data(), dims[0], dims[2]);
}
StateView<const float> GivenGradients::c_view() const {
  return state_view<const float>(final_c.data(), dims[0], dims[2]);
}

GivenGradients make_gradients(const Problem& problem, std::uint64_t seed, Layout layout) {
  const std::int64_t units = output_features(problem.layer, problem.shape.features);
  GivenGradients given;
  given.layout = layout;
  given.dims = {problem.shape.batch, output_time_steps(problem), units};
  const auto [batch, time_steps, width] = given.dims;
  given.output = Buffer<float>(batch * time_steps * width);
  const auto view = sequence_view(given.output.data(), given.dims, layout);
  const Random output(seed, "gradient of output");
  for (std::int64_t b = 0; b < batch; ++b)
    for (std::int64_t t = 0; t < time_steps; ++t) fill(view.row(b, t), width, output.at(b).at(t), 1.0F);
  if (!problem.extras.final_state) return given;
  given.final_h = make_state(batch, units, Random(seed, "gradient of final_h"));
  if (as_recurrent(problem)->cell == Cell::lstm)
    given.final_c = make_state(batch, units, Random(seed, "gradient of final_c"));
  return given;
}

Io make_io(const Problem& problem, const Given& given) {
  const auto [batch, time_steps, features] = problem.shape;
  const std::int64_t units = output_features(problem.layer, features);
  Io io;
  io.input = given.input_view();
  io.initial_h = state_view<const float>(given.initial_h.data(), batch, units);
  io.initial_c = state_view<const float>(given.initial_c.data(), batch, units);
  if (!given.mask.empty()) io.mask = mask_view(given.mask.data(), batch, time_steps);
  return io;
}

}  // namespace lockstep
