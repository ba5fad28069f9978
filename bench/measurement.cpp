#include "bench/measurement.h"

#include <algorithm>

#include "cases/seeds.h"
#include "verify/shell_word.h"

namespace lockstep {

double Measurement::median() const {
  std::vector<double> sorted = seconds;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
double Measurement::lowest() const {
  return *std::min_element(seconds.begin(), seconds.end());
}
double Measurement::highest() const {
  return *std::max_element(seconds.begin(), seconds.end());
}

bool Measurement::above_roof() const {
  constexpr double allowance = 1.05;
  return timed() && roof && share_of_roof() > allowance;
}

std::string repro_of(const Measurement& row) {
  std::string subject = row.name.substr(0, row.name.rfind("/backend:"));
  for (const std::string prefix : {"prepare/", "latency/", "step/", "forward/", "backward/", "epoch/"})
    if (subject.starts_with(prefix)) subject.erase(0, prefix.size());
  if (const std::string model = subject.substr(0, subject.rfind("/B:")); names_model(model)) {
    std::string size;
    if (names_model_file(model))
      size = " -B " + std::to_string(row.labels.batch) + " -T " + std::to_string(row.labels.time_steps);
    const std::string backends =
        row.shared ? row.shared->backend + " --fallback " + row.shared->fallback : row.labels.backend;
    return "lockstep verify " + model_words(model, row.config) + size + " --threads " +
           std::to_string(row.labels.threads) + " --backends " + backends;
  }
  return "lockstep verify " + subject + " --backends " + row.labels.backend;
}

}  // namespace lockstep
