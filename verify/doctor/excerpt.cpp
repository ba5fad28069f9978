#include "verify/doctor/excerpt.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cases/model_given.h"
#include "verify/tolerance.h"

namespace lockstep::doctor {
namespace {

constexpr double small_work = 3e6;  // multiply-adds of an excerpt: a millisecond or two

double work_of_a_step(const Variant& variant) {
  constexpr double of_a_gate = 20;  // its activation
  double work = 100;
  for (const auto& weights : variant.weights) {
    const std::size_t products = weights->kernel.size() + weights->recurrent_kernel.size();
    work += static_cast<double>(products) + of_a_gate * std::sqrt(static_cast<double>(products));
  }
  return work;
}

bool carries(const Variant& variant) {
  return std::any_of(variant.runs.begin(), variant.runs.end(),
                     [](const LayerRun& run) { return run.carries; });
}

enum class End { start, end };
End other(End end) {
  return end == End::start ? End::end : End::start;
}

/// Of the steps that a node returns, at which end are those that are decided by the known ones that it reads?
std::optional<End> decided_by(const Variant& variant, std::size_t node, End known) {
  const NodeKind& kind = variant.model.nodes[node].kind;
  if (std::holds_alternative<ReverseSpec>(kind) || std::holds_alternative<ReshapeSpec>(kind) ||
      std::holds_alternative<StateSpec>(kind))
    return std::nullopt;
  const auto* recurrent = std::get_if<RecurrentSpec>(&kind);
  if (recurrent == nullptr) return known;
  const LayerRun& run = variant.runs[node];
  if (!recurrent->return_sequences || run.carries) return std::nullopt;
  if (!run.forgets && known != (recurrent->go_backwards ? End::end : End::start)) return std::nullopt;
  if (recurrent->go_backwards) known = other(known);
  return run.reverses_output ? other(known) : known;
}

/// If some steps at one end of the input alone are known: at which end of the output are those that they
/// decide? None where all steps are needed for each.
std::optional<End> decided(const Variant& variant, const Reading& reading, End known) {
  if (variant.is_second_call) return std::nullopt;
  const ModelGraph graph = resolve(variant.model);
  std::vector<std::optional<End>> ends(variant.model.nodes.size());  // of what each node returns
  std::vector<bool> timeless(ends.size());                           // vectors that depend on no step
  for (const std::size_t node : graph.order) {
    const auto& reads = graph.reads[node];
    timeless[node] =
        !graph.returns[node].sequence &&
        std::all_of(reads.begin(), reads.end(), [&](std::size_t read) { return timeless[read]; });
    if (timeless[node]) continue;
    ends[node] = reads.empty() ? known : ends[reads.front()];
    for (const std::size_t read : reads)
      if (!timeless[read] && ends[read] != ends[node]) ends[node].reset();
    if (ends[node] && !reads.empty()) ends[node] = decided_by(variant, node, *ends[node]);
  }
  const std::optional<End> end = ends[graph.outputs[reading.output]];
  if (end && reading.shown != Shown::all_steps && (reading.shown == Shown::last_step) != (*end == End::end))
    return std::nullopt;
  return end;
}

/// Where the last steps to be processed are; none where layers differ.
std::optional<End> end_of_time(const Variant& variant) {
  std::optional<End> all;
  for (const Node& node : variant.model.nodes)
    if (const auto* recurrent = std::get_if<RecurrentSpec>(&node.kind)) {
      const End end = recurrent->go_backwards ? End::start : End::end;
      if (all && *all != end) return std::nullopt;
      all = end;
    }
  return all;
}

std::int64_t at_most(double work, double of_one, std::int64_t least, std::int64_t most) {
  const auto count = static_cast<std::int64_t>(std::min(work / of_one, 1e9));
  return std::min(std::max(count, least), most);
}

/// What carries from sample to sample shows it from the second one on.
void choose_samples(Excerpt& excerpt, const Variant& variant, const Reading& reading, const Focus& focus) {
  constexpr std::int64_t most = 4, to_carry = 3;
  const std::int64_t least = carries(variant) ? to_carry : 1;
  const double of_one = static_cast<double>(excerpt.steps) * work_of_a_step(variant);
  excerpt.samples = std::min(at_most(small_work, of_one, least, most), reading.samples());
  if (!carries(variant)) excerpt.first_sample = std::min(focus.sample, reading.samples() - excerpt.samples);
}

/// Whether a few steps are a run of it.
bool takes_any_length(const ModelSpec& model) {
  return std::none_of(model.nodes.begin(), model.nodes.end(), [](const Node& node) {
    const auto* input = std::get_if<InputSpec>(&node.kind);
    return input != nullptr && input->time_steps;
  });
}

/// The steps of an excerpt, of each input that has steps of time.
std::vector<Array<double>> inputs_of(const Excerpt& excerpt, const Reading& reading) {
  std::vector<Array<double>> all;
  for (const SharedArray& input : reading.inputs) {
    const std::int64_t all_steps = steps_of(input->dims), features = input->dims.back();
    const bool is_whole = excerpt.steps == reading.time_steps() || input->dims.size() == 2;
    const std::int64_t first_step = is_whole ? 0 : excerpt.first_step;
    const std::int64_t steps = is_whole ? all_steps : excerpt.steps;
    Array<double>& x = all.emplace_back();
    x.dims = {excerpt.samples, steps, features};
    for (std::int64_t b = excerpt.first_sample; b < excerpt.first_sample + excerpt.samples; ++b) {
      const auto first = input->values.begin() + (b * all_steps + first_step) * features;
      x.values.insert(x.values.end(), first, first + steps * features);
    }
  }
  return all;
}

}  // namespace

Excerpt whole_samples(const Variant& variant, const Reading& reading, const Focus& focus) {
  Excerpt excerpt;
  excerpt.steps = reading.time_steps();
  excerpt.steps_of_y = reading.y->dims[1];
  choose_samples(excerpt, variant, reading, focus);
  return excerpt;
}

Excerpt small_excerpt(const Variant& variant, const Reading& reading, const Focus& focus) {
  if (focus.all_steps || !takes_any_length(variant.model)) return whole_samples(variant, reading, focus);
  constexpr std::int64_t fewest_steps = 3, few_steps = 8, fewest_remembered = 16;
  const std::int64_t time_steps = reading.time_steps();
  for (const End known : {End::start, End::end})
    if (const auto shown = decided(variant, reading, known)) {
      Excerpt excerpt;
      const std::int64_t affordable =
          at_most(small_work / 2, work_of_a_step(variant), fewest_steps, few_steps);
      excerpt.steps = std::min(affordable, time_steps);
      if (known == End::end) excerpt.first_step = time_steps - excerpt.steps;
      if (reading.shown == Shown::all_steps) {
        excerpt.steps_of_y = excerpt.steps;
        if (*shown == End::end) excerpt.first_step_of_y = time_steps - excerpt.steps;
      }
      choose_samples(excerpt, variant, reading, focus);
      return excerpt;
    }
  Excerpt excerpt = whole_samples(variant, reading, focus);
  const std::int64_t steps = at_most(small_work, work_of_a_step(variant), fewest_remembered, time_steps);
  const auto end = end_of_time(variant);
  if (steps == time_steps || reading.y->dims[1] > 1 || carries(variant) || !end) return excerpt;
  excerpt.steps = steps;
  if (*end == End::end) excerpt.first_step = time_steps - steps;
  excerpt.is_exact = false;
  choose_samples(excerpt, variant, reading, focus);
  return excerpt;
}

Distance distance_on(const Excerpt& excerpt, const Variant& variant, const Reading& reading) {
  const std::vector<Array<double>> inputs = inputs_of(excerpt, reading);
  const Shape shape{excerpt.samples, excerpt.steps, inputs[reading.leading].dims[2]};
  const ModelAsked<double> asked(variant.model, shape, Layout::batch_major);
  BasicModelIo<double> io;
  for (const Array<double>& x : inputs)
    io.inputs.push_back(
        sequence_view<const double>(x.values.data(), {x.dims[0], x.dims[1], x.dims[2]}, Layout::batch_major));
  io.outputs = asked.views();
  run_variant(variant, io);

  const SequenceView<double> answer = io.outputs[reading.output];
  const std::int64_t steps_of_y = reading.y->dims[1], units = reading.y->dims[2];
  const std::int64_t skipped = reading.shown == Shown::last_step ? answer.dims[1] - 1 : 0;
  double sum = 0, largest = 0;
  Distance distance;
  for (std::int64_t b = 0; b < excerpt.samples; ++b)
    for (std::int64_t t = 0; t < excerpt.steps_of_y; ++t) {
      const std::int64_t sample = excerpt.first_sample + b, step = excerpt.first_step_of_y + t;
      const float* y = reading.y->values.data() + (sample * steps_of_y + step) * units;
      for (std::int64_t j = 0; j < units; ++j) {
        const double expected = answer(b, skipped + t, j), actual = y[j], error = std::abs(expected - actual);
        sum += error * error;
        largest = std::max(largest, std::abs(expected));
        if (!(error <= distance.worst.error))
          distance.worst = {{sample, step, j}, expected, actual, error, 0};
      }
    }
  distance.rms = std::sqrt(sum / static_cast<double>(excerpt.samples * excerpt.steps_of_y * units));
  if (!std::isfinite(distance.rms)) distance.rms = std::numeric_limits<double>::infinity();
  // A tolerance is twice what noise does to the answer, at most.
  distance.can_agree = std::isfinite(distance.rms) &&
                       (!excerpt.is_exact || !is_ill_conditioned(distance.worst.error / 2, largest));
  return distance;
}

double work_of(const Excerpt& excerpt, const Variant& variant) {
  constexpr double to_begin = 1e5;  // buffers, and the model's graph
  double weights = 0;               // copied where they change
  for (const auto& some : variant.weights)
    weights += static_cast<double>(some->kernel.size() + some->recurrent_kernel.size());
  return to_begin + 2 * weights +
         static_cast<double>(excerpt.samples * excerpt.steps) * work_of_a_step(variant);
}

std::int64_t samples_within(double work, const Variant& variant, const Reading& reading) {
  constexpr double noisy_samples = 2 * noisy_runs;  // that are run besides
  const double of_one = static_cast<double>(reading.time_steps()) * work_of_a_step(variant);
  return std::clamp(static_cast<std::int64_t>(std::min(work / of_one - noisy_samples, 1e9)), std::int64_t{1},
                    reading.samples());
}

}  // namespace lockstep::doctor
