#include "bench/roof.h"

#include <algorithm>
#include <numeric>

namespace lockstep {
namespace {

constexpr double float_bytes = sizeof(float);

/// A layer in numbers.
struct Sizes {
  explicit Sizes(const Problem& problem)
      : rows(static_cast<double>(problem.shape.batch)),
        steps(static_cast<double>(problem.shape.time_steps)),
        features(static_cast<double>(problem.shape.features)),
        units(static_cast<double>(output_features(problem.layer, problem.shape.features))) {}
  double rows, steps, features, units;
};

double cost_of(Activation activation, const Ceilings& ceilings) {
  const bool exponential = activation == Activation::tanh || activation == Activation::sigmoid ||
                           activation == Activation::softmax;
  return exponential ? std::min({ceilings.exp, ceilings.tanh, ceilings.sigmoid}) : 0;
}

/// A roof in the making, of so many threads.
class Terms {
 public:
  Terms(const Ceilings& ceilings, int threads)
      : ceilings_(ceilings),
        threads_(threads),
        flops_per_second_(share_of(ceilings.flops_per_second, threads, ceilings)) {}

  /// So many products, each of `flops` on `bytes` that it reads. Returns the seconds of one.
  double add_products(double count, double flops, double bytes) {
    const double compute = flops / flops_per_second_;
    const std::vector<double> reads = seconds_to_read(bytes);
    const double memory = std::accumulate(reads.begin(), reads.end(), 0.0);
    if (compute >= memory) {
      roof_.add("compute", count * compute);
      return compute;
    }
    for (std::size_t i = 0; i < reads.size(); ++i) roof_.add(ceilings_.memory[i].name, count * reads[i]);
    return memory;
  }
  void add_activations(double elements, Activation activation) {
    roof_.add("activations", elements * cost_of(activation, ceilings_) / threads_);
  }
  void add_flags(double count, double hidden) {
    roof_.add("synchronisation", count * std::max(0.0, ceilings_.flag_round_trip / 2 - hidden));
  }
  const Roof& roof() const { return roof_; }

 private:
  std::vector<double> seconds_to_read(double bytes) const {
    std::vector<double> seconds;
    for (std::size_t i = 0; i < ceilings_.memory.size(); ++i) {
      const MemoryLevel& level = ceilings_.memory[i];
      const bool last = i + 1 == ceilings_.memory.size();
      const double here = last ? bytes : std::min(bytes, share_of(level.bytes, threads_, ceilings_));
      seconds.push_back(here / share_of(level.bytes_per_second, threads_, ceilings_));
      bytes -= here;
    }
    return seconds;
  }

  const Ceilings& ceilings_;
  int threads_;
  double flops_per_second_;
  Roof roof_;
};

/// The activations of a unit in a step.
struct ActivationCounts {
  double recurrent = 0, other = 0;
};
ActivationCounts activations_of(Cell cell) {
  switch (cell) {
    case Cell::lstm:
      return {3, 2};
    case Cell::gru:
      return {2, 1};
    case Cell::simple_rnn:
      break;
  }
  return {0, 1};
}

/// Products of the size of the forward one: the gradients of the kernel and, maybe, of the input.
double input_products_backward(const LayerCall& call) {
  return call.input_gradient ? 2 : 1;
}

void add_recurrent(Terms& terms, const LayerCall& call, const RecurrentSpec& layer, int threads) {
  const Problem& problem = call.problem;
  const Sizes n(problem);
  const double weights = static_cast<double>(gate_count(layer)) * n.units;  // of one feature or state
  const double steps_from_a_state = n.steps - (problem.extras.initial_state ? 0 : 1);
  const double states = layer.cell == Cell::lstm ? 2 : 1;
  const double input_flops = 2 * weights * n.rows * n.steps * n.features;
  const double input_bytes = float_bytes * (weights * n.features + n.rows * n.steps * n.features);
  const double step_flops = 2 * weights * n.rows * n.units;
  const double step_bytes = float_bytes * (weights * n.units + states * n.rows * n.units);
  const auto add_steps = [&] {
    const double product = terms.add_products(steps_from_a_state, step_flops, step_bytes);
    if (threads > n.rows) terms.add_flags(n.steps - 1, product / threads);
  };
  if (call.passes != Passes::backward) {
    terms.add_products(1, input_flops, input_bytes);
    add_steps();
    const ActivationCounts counts = activations_of(layer.cell);
    const double elements = n.rows * n.steps * n.units;
    terms.add_activations(counts.recurrent * elements, layer.recurrent_activation);
    terms.add_activations(counts.other * elements, layer.activation);
  }
  if (call.passes != Passes::forward) {
    add_steps();
    terms.add_products(1, input_products_backward(call) * input_flops + steps_from_a_state * step_flops,
                       input_bytes);
  }
}

void add_dense(Terms& terms, const LayerCall& call, const DenseSpec& layer) {
  const Sizes n(call.problem);
  const double rows = n.rows * n.steps, flops = 2 * rows * n.features * n.units;
  const double bytes = float_bytes * n.features * (n.units + rows);
  if (call.passes != Passes::backward) {
    terms.add_products(1, flops, bytes);
    terms.add_activations(rows * n.units, layer.activation);
  }
  if (call.passes != Passes::forward) terms.add_products(1, input_products_backward(call) * flops, bytes);
}

void add_activation(Terms& terms, const LayerCall& call, const ActivationSpec& layer) {
  const Sizes n(call.problem);
  const double elements = n.rows * n.steps * n.features;
  terms.add_products(call.passes == Passes::both ? 2 : 1, 0, float_bytes * elements);
  if (call.passes != Passes::backward) terms.add_activations(elements, layer.activation);
}

Roof roof_with(int threads, const LayerCall& call, const Ceilings& ceilings) {
  Terms terms(ceilings, threads);
  if (const auto* recurrent = as_recurrent(call.problem))
    add_recurrent(terms, call, *recurrent, threads);
  else if (const auto* dense = as_dense(call.problem))
    add_dense(terms, call, *dense);
  else
    add_activation(terms, call, std::get<ActivationSpec>(call.problem.layer));
  return terms.roof();
}

}  // namespace

void Roof::add(const std::string& name, double seconds) {
  if (!(seconds > 0)) return;
  const auto same =
      std::find_if(terms.begin(), terms.end(), [&](const Term& one) { return one.name == name; });
  if (same == terms.end())
    terms.push_back({name, seconds});
  else
    same->seconds += seconds;
}

double Roof::seconds() const {
  double sum = 0;
  for (const Term& term : terms) sum += term.seconds;
  return sum;
}

std::string Roof::bound_by() const {
  const auto largest = std::max_element(terms.begin(), terms.end(),
                                        [](const Term& a, const Term& b) { return a.seconds < b.seconds; });
  return largest == terms.end() ? std::string() : largest->name;
}

std::optional<Roof> roof_of(const LayerCall& call, const Ceilings& ceilings) {
  if (call.problem.extras.mask != MaskPattern::none) return std::nullopt;
  Roof lowest = roof_with(1, call, ceilings);
  for (int threads = 2; threads <= std::min(call.problem.exec.threads, ceilings.threads); ++threads)
    if (Roof roof = roof_with(threads, call, ceilings); roof.seconds() < lowest.seconds())
      lowest = std::move(roof);
  return lowest;
}

std::optional<Roof> roof_of(std::span<const LayerCall> layers, const Ceilings& ceilings) {
  Roof sum;
  for (const LayerCall& layer : layers) {
    const auto one = roof_of(layer, ceilings);
    if (!one) return std::nullopt;
    for (const Roof::Term& term : one->terms) sum.add(term.name, term.seconds);
  }
  if (sum.terms.empty()) return std::nullopt;
  return sum;
}

}  // namespace lockstep
