#include "bench/layer_labels.h"

#include "backends/problem_text.h"

namespace lockstep {
namespace {

/// What sets a problem apart beside its layer, B, T, F, U, threads and pass: the rest of its text form.
std::string variant_of(const Problem& problem) {
  std::string variant, text = to_string(problem);
  for (std::size_t slash = text.find('/'); slash != std::string::npos;) {
    const std::size_t next = text.find('/', slash + 1);
    const std::string field = text.substr(slash + 1, next - slash - 1);
    const std::string key = field.substr(0, field.find(':'));
    const bool own_column = key == "B" || key == "T" || key == "F" || key == "U" || key == "threads";
    if (!own_column && field != "seq:1" && key != "pass") (variant += variant.empty() ? "" : " ") += field;
    slash = next;
  }
  return variant;
}

}  // namespace

Labels labels_of(const Problem& problem, std::string_view backend, std::string_view what) {
  Labels labels;
  labels.what = what;
  const std::string text = to_string(problem);
  labels.layer = text.substr(0, text.find('/'));
  labels.variant = variant_of(problem);
  labels.batch = problem.shape.batch;
  labels.time_steps = problem.shape.time_steps;
  labels.features = problem.shape.features;
  labels.units = output_features(problem.layer, problem.shape.features);
  labels.threads = problem.exec.threads;
  labels.backend = backend;
  return labels;
}

std::string group_key(Problem problem) {
  problem.exec.threads = 1;
  if (auto* dense = std::get_if<DenseSpec>(&problem.layer)) dense->style = DenseStyle::flattened;
  return to_string(problem);
}

}  // namespace lockstep
