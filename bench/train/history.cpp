#include "bench/train/history.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "reports/columns.h"

namespace lockstep {
namespace {

using reports::number;
using reports::Row;
using reports::Table;
using reports::words;

constexpr int loss_digits = 6, exact_digits = 9;
constexpr double milli = 1e3;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Why a backend trained nothing, or not to the end; empty: it did.
std::string note_of(const Trained& one) {
  if (!one.skipped.empty()) return "skipped: " + one.skipped;
  return one.result.diverged.empty() ? "" : "diverged: " + one.result.diverged;
}

}  // namespace

std::vector<double> step_seconds(const FitResult& result) {
  std::int64_t whole = 0;
  for (const TrainingStep& step : result.steps) whole = std::max(whole, step.samples);
  std::vector<double> seconds;
  for (const TrainingStep& step : result.steps)
    if (step.samples == whole) seconds.push_back(step.seconds);
  if (seconds.size() > 1) seconds.erase(seconds.begin());
  return seconds;
}

Table training_table(std::span<const Trained> all) {
  Table table(
      "Training",
      {words("backend", "Backend"), number("first_loss", "First loss", {}, loss_digits),
       number("last_loss", "Last loss", {}, loss_digits), number("median_ms_per_step", "Median", "ms/step"),
       number("lowest_ms_per_step", "Lowest", "ms/step"), number("highest_ms_per_step", "Highest", "ms/step"),
       number("ms_per_epoch", "Median", "ms/epoch"), words("method", "Method")});
  for (const Trained& one : all) {
    if (one.result.epochs.empty()) {
      table.add({one.backend, {}, {}, {}, {}, {}, {}, note_of(one)});
      continue;
    }
    const std::string note = note_of(one);
    const std::vector<double> steps = step_seconds(one.result);
    const auto [lowest, highest] = std::minmax_element(steps.begin(), steps.end());
    std::vector<double> epochs;
    for (const Epoch& epoch : one.result.epochs) epochs.push_back(epoch.seconds);
    table.add({one.backend, one.result.epochs.front().loss, one.result.epochs.back().loss,
               median(steps) * milli, *lowest * milli, *highest * milli, median(epochs) * milli,
               note.empty() ? one.result.method : fmt::format("{}; {}", one.result.method, note)});
  }
  return table;
}

reports::Document training_history(const std::string& model, std::vector<reports::Fact> facts,
                                   std::span<const Trained> all) {
  reports::Document document;
  document.title = "Training " + model;
  document.facts = std::move(facts);
  document.records =
      Table("Records", {words("backend", "Backend"), number("epoch", "Epoch"), number("samples", "Samples"),
                        number("steps", "Steps"), number("loss", "Loss", {}, exact_digits),
                        number("milliseconds", "Time", "ms"), words("note", "Note")});
  reports::Chart chart{.title = "Loss by epoch", .x_label = "Epoch", .y_label = "Loss"};
  for (const Trained& one : all) {
    reports::Series series{.name = one.backend};
    for (const Epoch& epoch : one.result.epochs) {
      const auto place = static_cast<std::int64_t>(series.x.size()) + 1;
      document.records.add(
          {one.backend, place, epoch.samples, epoch.steps, epoch.loss, epoch.seconds * milli, {}});
      series.x.push_back(static_cast<double>(place));
      series.y.push_back(epoch.loss);
    }
    if (const std::string note = note_of(one); !note.empty())
      document.records.add({one.backend, {}, {}, {}, {}, {}, note});
    if (!series.x.empty()) chart.series.push_back(std::move(series));
  }
  document.sections = {{.heading = "Backends", .charts = {chart}, .tables = {training_table(all)}},
                       {.heading = "Epochs", .tables = {document.records}}};
  return document;
}

}  // namespace lockstep
