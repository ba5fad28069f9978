#include "bench/study/report.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/summary.h"
#include "bench/latency/latency_tables.h"
#include "bench/options.h"
#include "bench/recommend.h"
#include "bench/report.h"
#include "reports/columns.h"
#include "reports/markdown.h"
#include "verify/run_file.h"

namespace lockstep {
namespace {

using reports::number;
using reports::Section;
using reports::Table;
using reports::words;

bool is_of_sweep(const Measurement& row) {
  return row.labels.what == "run" && row.timed();
}

/// "B 1" for each choice where there are several, which then begins its sentence.
std::vector<std::string> recommendations(const Results& results) {
  const std::vector<Choice> choices = choices_of(results);
  std::vector<std::string> sentences;
  for (const Choice& choice : choices) {
    const std::int64_t batch = choice.stretches.front().best->labels.batch;
    sentences.push_back(choices.size() == 1 ? recommendation(choice)
                                            : fmt::format("B = {}: {}", batch, recommendation(choice)));
  }
  return sentences;
}

/// "none" or "onednn 12, eigen 1": the most that any timed row of a backend makes in a call.
std::string allocations_text(const Results& results) {
  std::vector<std::string> backends;
  std::map<std::string, std::int64_t> most;
  for (const Measurement& row : results.measurements) {
    if (!row.timed()) continue;
    if (!most.contains(row.labels.backend)) backends.push_back(row.labels.backend);
    std::int64_t& one = most[row.labels.backend];
    one = std::max(one, row.allocations);
  }
  std::vector<std::string> some;
  for (const std::string& backend : backends)
    if (most.at(backend) > 0) some.push_back(fmt::format("{} up to {}", backend, most.at(backend)));
  return fmt::format("Allocations per call: {}.",
                     some.empty() ? "none" : fmt::format("{}", fmt::join(some, ", ")));
}

std::string checked_text(const Study& study) {
  return fmt::format("{} sample{} of {} time steps, against the oracle in double:", study.model.input.batch,
                     study.model.input.batch == 1 ? "" : "s", study.model.input.time_steps);
}

Table layers_table(const ModelSpec& model) {
  Table table("", {words("layer", "Layer"), words("type", "Type"), words("output_shape", "Output shape"),
                   number("parameters", "Parameters")});
  const ModelGraph graph = resolve(model);
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    const Node& node = model.nodes[i];
    const auto count = static_cast<std::int64_t>(
        node.weights.kernel.size() + node.weights.recurrent_kernel.size() + node.weights.bias.size());
    table.add({node.name, std::string(type_name(node)), to_string(graph.returns[i]),
               node.call_of.empty() ? reports::Cell(count) : reports::Cell()});
  }
  return table;
}

}  // namespace

Table sweep_table(const Results& results) {
  std::vector<std::string> backends;
  std::map<std::pair<std::int64_t, std::int64_t>, std::map<std::string, const Measurement*>> best;
  for (const Measurement& row : results.measurements) {
    if (!is_of_sweep(row)) continue;
    if (std::find(backends.begin(), backends.end(), row.labels.backend) == backends.end())
      backends.push_back(row.labels.backend);
    const Measurement*& one = best[{row.labels.batch, row.labels.time_steps}][row.labels.backend];
    if (one == nullptr || row.median() < one->median()) one = &row;
  }
  const bool several_batches = !best.empty() && best.begin()->first.first != best.rbegin()->first.first;
  std::vector<reports::Column> columns;
  if (several_batches) columns.push_back(number("batch", "B"));
  columns.push_back(number("time_steps", "T"));
  for (const std::string& backend : backends) columns.push_back(number(backend, backend));
  columns.push_back(words("fastest", "Fastest"));
  Table table("Thousand time steps per second, each backend at its best number of threads", columns);
  for (const auto& [size, rows] : best) {
    reports::Row cells;
    if (several_batches) cells.emplace_back(size.first);
    cells.emplace_back(size.second);
    const Measurement* fastest = nullptr;
    for (const std::string& backend : backends) {
      const auto found = rows.find(backend);
      if (found == rows.end()) {
        cells.emplace_back();
        continue;
      }
      const Measurement& row = *found->second;
      cells.emplace_back(row.steps_per_second() / 1e3);
      if (fastest == nullptr || row.median() < fastest->median()) fastest = &row;
    }
    cells.emplace_back(fmt::format("{} x{}", fastest->labels.backend, fastest->labels.threads));
    table.add(std::move(cells));
  }
  return table;
}

std::string study_text(const Study& study) {
  std::string text =
      fmt::format("{}\n\n{}", checked_text(study), reports::markdown(check_table(study.findings)));
  const Table sweep = sweep_table(study.results);
  if (!sweep.rows().empty())
    text += fmt::format("\n{}:\n\n{}\n{}\n", sweep.title(), reports::markdown(sweep),
                        allocations_text(study.results));
  const Table latency = short_latency_table(study.results);
  if (!latency.rows().empty())
    text += fmt::format("\n{}\n\n{}", folded(latency_text(study.results), 0), reports::markdown(latency));
  if (const std::string shared = shared_text(study.results); !shared.empty())
    text += fmt::format("\n{}\n", folded(shared, 0));
  for (const std::string& note : study.notes) text += fmt::format("\n{}\n", folded(note, 0));
  for (const std::string& sentence : recommendations(study.results))
    text += fmt::format("\n{}\n", folded(sentence, 0));
  return text;
}

reports::Document study_report(const Study& study) {
  reports::Document document = report_of(study.results);
  document.title = fmt::format("lockstep: study of {}", study.model.name);
  std::vector<std::string> lead = recommendations(study.results);
  lead.push_back(allocations_text(study.results));
  lead.insert(lead.end(), study.notes.begin(), study.notes.end());
  document.lead.insert(document.lead.begin(), lead.begin(), lead.end());
  std::vector<Section> first{
      {"The model", {}, {}, {layers_table(study.model.model)}},
      {"Is it right on every backend", {checked_text(study)}, {}, {check_table(study.findings)}}};
  document.sections.insert(document.sections.begin(), std::make_move_iterator(first.begin()),
                           std::make_move_iterator(first.end()));
  return document;
}

}  // namespace lockstep
