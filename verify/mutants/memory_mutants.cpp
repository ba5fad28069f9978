#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "backends/problem_text.h"
#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong.h"

namespace lockstep {
namespace {

float& last_of(const SequenceView<float>& output) {
  return output(output.dims[0] - 1, output.dims[1] - 1, output.dims[2] - 1);
}

/// A right run, and then `spoil` on its buffers.
MakeLayer then(void (*spoil)(const Io&)) {
  return wrong_run([spoil](ReferenceLayer<>& right, const Io& io) {
    right.run(io);
    spoil(io);
  });
}

void leave_last(ReferenceLayer<>& right, const Io& io) {
  const float before = last_of(io.output);
  right.run(io);
  last_of(io.output) = before;
}

void add_to_output(ReferenceLayer<>& right, const Io& io) {
  std::vector<float> before;
  const auto each = [&](auto&& act) {
    for (std::int64_t b = 0; b < io.output.dims[0]; ++b)
      for (std::int64_t t = 0; t < io.output.dims[1]; ++t)
        for (std::int64_t j = 0; j < io.output.dims[2]; ++j) act(io.output(b, t, j));
  };
  each([&](float& element) { before.push_back(element); });
  right.run(io);
  each([value = before.begin()](float& element) mutable { element += *value++; });
}

void repeat_row(const Io& io) {
  const auto [batch, time_steps, units] = io.output.dims;
  for (std::int64_t t = 0; t < time_steps; ++t)
    std::copy_n(io.output.row(batch - 2, t), units, io.output.row(batch - 1, t));
}

/// The last bit of one element is another in every second run.
MakeLayer wavering() {
  return wrong_run([runs = 0](ReferenceLayer<>& right, const Io& io) mutable {
    right.run(io);
    if (runs++ % 2 == 1) last_of(io.output) = std::nextafter(last_of(io.output), 2.0F);
  });
}

/// The weights of the first problem of a size are packed, and used for all later ones.
MakeLayer stale() {
  return [packed = std::map<std::string, Weights>()](const Problem& problem, const Weights& weights) mutable {
    return std::make_unique<ReferenceLayer<>>(problem,
                                              packed.try_emplace(to_string(problem), weights).first->second);
  };
}

}  // namespace

std::vector<Mutant> memory_mutants() {
  using namespace needs;
  return {
      {"input_layout_ignored",
       "The input is read as if it were time-major.",
       {rows, steps},
       wrong_io([](const Problem&, Io& io) {
         io.input = sequence_view(io.input.data, io.input.dims, Layout::time_major);
       })},
      {"output_layout_ignored",
       "The output is written as if it were time-major.",
       {rows, steps, several_outputs},
       wrong_io([](const Problem&, Io& io) {
         io.output = sequence_view(io.output.data, io.output.dims, Layout::time_major);
       })},
      {"last_row_repeats",
       "The last batch row shows the output of the row before.",
       {rows},
       then(repeat_row)},
      {"output_element_off",
       "The last element of the output is off by 1e-4 of itself.",
       {},
       then([](const Io& io) { last_of(io.output) *= 1 + 1e-4F; })},
      {"output_element_not_written",
       "The last element of the output is not written.",
       {},
       wrong_run(leave_last)},
      {"output_added", "The result is added to what the output held before.", {}, wrong_run(add_to_output)},
      {"writes_before_output", "An element before the output is written.", {}, then([](const Io& io) {
         io.output.data[-1] = 0;
       })},
      {"writes_past_output", "An element past the output is written.", {}, then([](const Io& io) {
         (&last_of(io.output))[1] = 0;
       })},
      {"writes_past_final_h",
       "An element past the final h is written.",
       {final_state},
       then([](const Io& io) { io.final_h.row(io.final_h.dims[0] - 1)[io.final_h.dims[1]] = 0; })},
      {"wavers", "The last bit of an element is another in every second run.", {}, wavering()},
      {"stale_weights",
       "A layer made ready with new weights uses those of the first of its size.",
       {needs::weights},
       stale()},
      {"throws_when_prepared",
       "Making a layer ready throws.",
       {},
       [](const Problem&, const Weights&) -> std::unique_ptr<Layer> {
         throw std::runtime_error("the mutant broke");
       }},
      {"throws_when_run", "A run throws.", {}, wrong_run([](ReferenceLayer<>&, const Io&) {
         throw std::runtime_error("the mutant broke");
       })},
  };
}

}  // namespace lockstep
