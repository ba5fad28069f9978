#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "backends/reference.h"
#include "verify/relations/arranged.h"
#include "verify/relations/families.h"
#include "verify/relations/trial.h"

namespace lockstep {
namespace {

bool has_weights(const Problem& problem) {
  return !std::holds_alternative<ActivationSpec>(problem.layer);
}

/// Moves each block of `units` columns one unit to the left, and the first to its end.
void rotate_units(float* values, std::int64_t blocks, std::int64_t units) {
  for (std::int64_t i = 0; i < blocks; ++i)
    std::rotate(values + i * units, values + i * units + 1, values + (i + 1) * units);
}
void rotate_units(std::vector<float>& values, std::int64_t units) {
  rotate_units(values.data(), static_cast<std::int64_t>(values.size()) / units, units);
}
void rotate_units(const Buffer<float>& values, std::int64_t units) {
  rotate_units(values.data(), values.size() / units, units);
}

/// Unit j is what unit j + 1 was.
Weights with_rotated_units(const Weights& from, std::int64_t units) {
  Weights weights = from;
  for (auto* matrix : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
    rotate_units(*matrix, units);
  auto& rows = weights.recurrent_kernel;
  const auto columns = static_cast<std::int64_t>(rows.size()) / units;
  std::rotate(rows.begin(), rows.begin() + columns, rows.end());
  return weights;
}

std::int64_t units_of(const Problem& problem) {
  return output_features(problem.layer, problem.shape.features);
}

void permuted_units(Trial& trial) {
  const std::int64_t units = units_of(trial.problem());
  Given given = copy_of(trial.given());
  given.weights = with_rotated_units(given.weights, units);
  rotate_units(given.initial_h, units);
  rotate_units(given.initial_c, units);
  const Result rotated = trial.run(trial.problem(), given);
  for (const auto* buffer : {&rotated.output, &rotated.final_h, &rotated.final_c})
    for (std::int64_t i = 0; i < buffer->size(); i += units)
      std::rotate(buffer->data() + i, buffer->data() + i + units - 1, buffer->data() + i + units);
  trial.compare(trial.usual(), rotated);
}

/// The value of every activation at 0; softmax of n zeros is 1 / n.
double at_zero(Activation activation, std::int64_t n) {
  if (activation == Activation::softmax) return 1 / static_cast<double>(n);
  return activation == Activation::sigmoid || activation == Activation::hard_sigmoid ? 0.5 : 0;
}

/// h and c of one unit after n steps of a cell whose weights are all zero.
struct UnitState {
  double h = 0, c = 0;
  UnitState after(const RecurrentSpec& layer, std::int64_t n) const {
    if (n == 0) return *this;
    const double gate = at_zero(layer.recurrent_activation, 1), candidate = at_zero(layer.activation, 1);
    const double kept = std::pow(gate, static_cast<double>(n));
    switch (layer.cell) {
      case Cell::simple_rnn:
        return {candidate, 0};
      case Cell::lstm: {  // c' = gate c + gate candidate
        const double settled = gate * candidate * (1 - kept) / (1 - gate), next_c = kept * c + settled;
        return {gate * reference::activate(layer.activation, next_c), next_c};
      }
      case Cell::gru:  // h' = gate h + (1 - gate) candidate
        return {kept * h + (1 - kept) * candidate, 0};
    }
    return *this;
  }
};

/// The closed form for one row: what it shows at each step, and its final states.
void show_closed_form(const Problem& problem, const Given& given, std::int64_t b, const Result& result) {
  const RecurrentSpec& layer = *as_recurrent(problem);
  const auto output = result.output_view();
  for (std::int64_t j = 0; j < layer.units; ++j) {
    const auto initial = [&](const Buffer<float>& state) {
      return state.size() > 0 ? static_cast<double>(state[b * layer.units + j]) : 0;
    };
    const UnitState start{initial(given.initial_h), initial(given.initial_c)};
    std::int64_t counted = 0;
    float shown = 0;
    for (std::int64_t step = 0; step < problem.shape.time_steps; ++step) {
      const bool counts_here = counts(problem, given, b, step);
      if (counts_here) shown = static_cast<float>(start.after(layer, ++counted).h);
      if (!counts_here && layer.zero_output_for_mask) shown = 0;
      output(b, layer.return_sequences ? step : 0, j) = shown;
    }
    const UnitState end = start.after(layer, counted);
    if (result.h_view()) result.h_view()(b, j) = static_cast<float>(end.h);
    if (result.c_view()) result.c_view()(b, j) = static_cast<float>(end.c);
  }
}

void zero_weights(Trial& trial) {
  Given given = copy_of(trial.given());
  for (auto* matrix : {&given.weights.kernel, &given.weights.recurrent_kernel, &given.weights.bias})
    std::fill(matrix->begin(), matrix->end(), 0.0F);
  const Result closed_form(trial.problem());
  if (const auto* dense = as_dense(trial.problem()))
    std::fill(closed_form.output.begin(), closed_form.output.end(),
              static_cast<float>(at_zero(dense->activation, dense->units)));
  else
    for (std::int64_t b = 0; b < given.shape.batch; ++b)
      show_closed_form(trial.problem(), given, b, closed_form);
  const Expected expected(trial.problem(), given, 1);
  trial.compare(closed_form, trial.run(trial.problem(), given), expected.allowed(trial.problem()));
}

/// Powers of two change no rounding.
void scaled_input(Trial& trial) {
  constexpr float scale = 16;
  Given given = copy_of(trial.given());
  for (float& x : given.input) x *= scale;
  for (float& w : given.weights.kernel) w /= scale;
  trial.compare(trial.usual(), trial.run(trial.problem(), given));
}

/// Other weights in the same place, as in training, while the first layer lives.
void changed_weights(Trial& trial) {
  const Problem& problem = trial.problem();
  Given second = copy_of(trial.given());
  second.weights = make_weights(problem.layer, problem.shape.features, trial.seed() + 1);
  const Result alone = trial.run(problem, second);
  const auto is_saturated = [](float x) { return x == 0 || std::abs(x) == 1; };  // by any weights, maybe
  if (std::equal(alone.output.begin(), alone.output.end(), trial.usual().output.begin()) &&
      !std::all_of(alone.output.begin(), alone.output.end(), is_saturated))
    trial.fail("output: other weights give the same values");
  Weights weights = trial.given().weights;
  const auto first_layer = trial.prepare(problem, weights);
  for (auto [to, from] : {std::pair{&weights.kernel, &second.weights.kernel},
                          {&weights.recurrent_kernel, &second.weights.recurrent_kernel},
                          {&weights.bias, &second.weights.bias}})
    std::copy(from->begin(), from->end(), to->begin());
  const auto second_layer = trial.prepare(problem, weights);
  for (int round = 0; round < 2; ++round) {
    const Result one(problem), other(problem);
    run_on(*first_layer, problem, trial.given(), one);
    run_on(*second_layer, problem, second, other);
    trial.compare(trial.usual(), one);
    trial.compare(alone, other);
  }
}

void overwritten_weights(Trial& trial) {
  Weights weights = trial.given().weights;
  const auto layer = trial.prepare(trial.problem(), weights);
  for (auto* matrix : {&weights.kernel, &weights.recurrent_kernel, &weights.bias})
    std::fill(matrix->begin(), matrix->end(), std::numeric_limits<float>::quiet_NaN());
  const Result result(trial.problem());
  run_on(*layer, trial.problem(), trial.given(), result);
  trial.compare(trial.usual(), result);
}

}  // namespace

std::vector<Relation> weight_relations() {
  using enum RelationClass;
  return {
      {"unit permutation", "units in another order give their outputs in that order", same_math,
       [](const Problem& p) { return has_weights(p) && units_of(p) > 1; }, permuted_units},
      {"zero weights", "weights of zero give the closed form of the cell", same_math, has_weights,
       zero_weights},
      {"scaled input", "input times 2^k with kernel times 2^-k gives the same bits", bitwise, has_weights,
       scaled_input},
      {"changed weights", "layers with other weights each compute as if alone", bitwise, has_weights,
       changed_weights},
      {"overwritten weights", "the caller's weights may change once a layer is ready", bitwise, has_weights,
       overwritten_weights},
  };
}

}  // namespace lockstep
