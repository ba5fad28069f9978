#include "bench/report.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bench/ceilings/tell.h"
#include "bench/curves.h"
#include "bench/goals.h"
#include "bench/latency/latency_tables.h"
#include "bench/overhead/tables.h"
#include "bench/recommend.h"
#include "bench/report_charts.h"
#include "bench/report_tables.h"
#include "bench/roof_tables.h"
#include "bench/training_rows.h"
#include "bench/training_tables.h"
#include "verify/test_row.h"
#include "verify/verdict.h"

namespace lockstep {
namespace {

using reports::Document;
using reports::Section;

constexpr const char* baseline = "naive";

/// Dense has charts of its own, which set its two styles against each other.
bool is_dense(const CurveFamily& family) {
  return family.curves.front().labels.layer == "dense";
}

void add_table(Section& section, reports::Table table) {
  if (!table.rows().empty()) section.tables.push_back(std::move(table));
}
void add_section(Document& document, Section section) {
  if (!section.tables.empty() || !section.charts.empty()) document.sections.push_back(std::move(section));
}

std::string value_of(const Facts& facts, const std::string& wanted) {
  for (const auto& [key, value] : facts)
    if (key == wanted) return value;
  return "unknown";
}

std::string versions_of(const Results& results) {
  std::string text;
  for (const auto& [name, version] : results.backends)
    (text += text.empty() ? "" : "; ") += name + ": " + version;
  return text;
}

std::string verification_of(const Results& results) {
  std::size_t passed = 0, skipped = 0, failed = 0;
  for (const Measurement& row : results.measurements)
    ++(row.verdict == "pass" ? passed : row.verdict == "skip" ? skipped : failed);
  return fmt::format("{} rows verified against the oracle before they were timed, {} failed, {} skipped",
                     passed, failed, skipped);
}

/// Says which steps are counted, where a model of these rows has several inputs.
void tell_counted_steps(Section& section, const Results& results, const std::vector<CurveFamily>& families) {
  const auto has_several_inputs = [&](const CurveFamily& family) {
    return std::any_of(results.measurements.begin(), results.measurements.end(), [&](const Measurement& row) {
      return row.of_several_inputs && row.labels.layer == family.curves.front().labels.layer;
    });
  };
  if (std::any_of(families.begin(), families.end(), has_several_inputs))
    section.paragraphs.emplace_back(
        "Of a model whose inputs have other lengths than each other, T and the steps are those of the first "
        "sequence of any length, else of the first sequence.");
}

Section throughput_section(const Results& results, const std::vector<CurveFamily>& families) {
  Section section{"Throughput against sequence length", {}, {}, {}};
  section.paragraphs = {
      "Throughput is time steps of all sequences per second: batch x T over the median time of a call. The "
      "band is the "
      "spread of the repetitions. Steps are computed one after another, so a flat curve means that only the "
      "call's own "
      "overhead depends on the length."};
  tell_counted_steps(section, results, families);
  if (!families.empty()) add_table(section, throughput_table(families));
  add_table(section, fit_table(families));
  for (const CurveFamily& family : families)
    if (has_curve(family) && !is_dense(family)) section.charts.push_back(throughput_chart(family));
  return section;
}

Section choices_section(const Results& results) {
  const std::vector<Choice> choices = choices_of(results);
  Section section{"Which is fastest, by sequence length", {}, {}, {}};
  for (const Choice& choice : choices)
    if (const Stretch& longest = choice.stretches.front();
        choice.stretches.size() > 1 || longest.from < longest.to)  // of one length the table says it all
      section.paragraphs.push_back(fmt::format("{}: {}", choice.title, recommendation(choice)));
  add_table(section, choices_table(choices));
  return section;
}

Section latency_section(const Results& results) {
  Section section{"Latency of one step", {latency_text(results)}, {}, {}};
  add_table(section, latency_table(results));
  return section;
}

Section roof_section(const std::vector<CurveFamily>& families) {
  Section section{"How near to the machine's limit", {}, {}, {}};
  section.paragraphs = {
      "The roof is the shortest time that the ceilings of the machine allow: the product with the input, for "
      "each step the longer of the recurrent product at peak and of reading its weights from the caches that "
      "hold them, the activations as fast as they were measured alone, and what no work hides of a flag's "
      "way "
      "between threads. The share of the roof is that time over the median; its largest part is what binds. "
      "GFLOP/s and the share of the peak count a multiply-add as two, and no activation."};
  add_table(section, roof_table(families));
  return section;
}

Section goals_section(const Results& results) {
  const std::vector<Goal> goals = goals_of(results);
  Section section{"Ahead of every library", {}, {}, {}};
  section.paragraphs = {
      fmt::format("{}; {}. ", goals_text(goals), fmt::join(ahead_texts(results), ", ")) +
      "The ratio is the time of the fastest library at its best number of threads over that of fused at "
      "its own best; the spread is what the repetitions leave open. A goal counts as met, too, where fused "
      "is at 97 % of its roof."};
  if (!goals.empty()) add_table(section, goals_summary(goals));
  if (!goals.empty()) add_table(section, goals_table(goals));
  return section;
}

Section above_roof_section(const Results& results) {
  Section section{
      "Rows above their roof",
      {"Nothing is faster than the machine allows: these rows compute less than was counted, or the "
       "ceilings were measured while something else ran (lockstep bench --ceilings measures them "
       "afresh). Do not rely on them."},
      {},
      {}};
  add_table(section, above_roof_table(results));
  return section;
}

Section speedup_section(const std::vector<CurveFamily>& families) {
  Section section{
      "Speed-up over naive", {"Naive is the definition in plain loops: what a library brings."}, {}, {}};
  std::vector<std::string> drawn;  // one chart per layer keeps the page small
  for (const CurveFamily& family : families) {
    const std::string& layer = family.curves.front().labels.layer;
    const Curve* naive = family.of(baseline);
    if (naive == nullptr || !has_curve(family) || is_dense(family) || family.curves.size() < 2 ||
        std::find(drawn.begin(), drawn.end(), layer) != drawn.end())
      continue;
    drawn.push_back(layer);
    section.charts.push_back(speedup_chart(family, *naive));
  }
  return section;
}

Section dense_section(const std::vector<CurveFamily>& families) {
  Section section{"Dense and TimeDistributed(Dense)",
                  {"Both give the same numbers up to rounding. One product over all steps lets a library "
                   "work on many rows at "
                   "once; one product per step calls it T times."},
                  {},
                  {}};
  add_table(section, dense_style_table(families));
  if (const auto pairs = dense_pairs(families); !pairs.empty()) {  // the others are in the table
    const DensePair& pair = pairs.front();
    for (const Curve& curve : pair.flattened->curves)
      if (const Curve* other = pair.per_step->of(curve.labels.backend);
          other != nullptr && curve.points.size() > 1)
        section.charts.push_back(dense_chart(pair, curve, *other));
  }
  return section;
}

std::vector<reports::TestRow> tests_of(const Results& results) {
  std::vector<reports::TestRow> rows;
  for (const Measurement& row : results.measurements)
    rows.push_back(test_row(fmt::format("{}.{}", row.labels.backend, row.labels.layer), row.name,
                            row.timed() ? row.median() : 0,
                            row.above_roof() ? to_string(Verdict::untrusted) : row.verdict,
                            row.above_roof() ? above_roof_text(row) : row.reason, repro_of(row)));
  return rows;
}

}  // namespace

std::string shared_text(const Results& results) {
  for (const Measurement& row : results.measurements)
    if (row.shared)
      return fmt::format(
          "{}: the layers in brackets were computed by {}, and the times are of both together.",
          row.labels.backend, row.shared->fallback);
  return {};
}

reports::Document report_of(const Results& results) {
  Document document;
  document.title = "lockstep: throughput of recurrent layers against sequence length";
  document.lead = {verification_of(results) + "."};
  if (std::string shared = shared_text(results); !shared.empty()) document.lead.push_back(std::move(shared));
  for (const auto& [key, value] : results.machine)
    document.facts.push_back({key, value, key == "flags" || key == "commit"});
  if (results.ceilings)
    for (const auto& [key, value] : ceilings_facts(*results.ceilings))
      document.facts.push_back({key, value, false});
  for (const auto& [name, version] : results.backends) document.facts.push_back({name, version, false});
  document.facts.push_back({"command", results.command, true});
  document.facts.push_back({"verification", verification_of(results), false});
  document.caption = {fmt::format("{} · {} · {}", value_of(results.machine, "cpu"),
                                  value_of(results.machine, "isa"), value_of(results.machine, "date")),
                      versions_of(results), results.command, verification_of(results)};
  std::vector<std::string>& series = document.series_order;
  for (const auto& [name, version] : results.backends) series.push_back(name);
  for (const Measurement& row : results.measurements)
    if (row.shared && std::find(series.begin(), series.end(), row.labels.backend) == series.end())
      series.push_back(row.labels.backend);
  const Results rivals = without_raw_calls(results);
  const auto families = curve_families(rivals, "run"), prepares = curve_families(rivals, "prepare");
  add_section(document, choices_section(rivals));
  add_section(document, throughput_section(results, families));
  add_section(document, latency_section(results));
  add_section(document, roof_section(families));
  add_section(document, goals_section(results));
  add_section(document, overhead_section(results));
  add_section(document, above_roof_section(results));
  add_section(document, speedup_section(families));
  add_section(document, dense_section(families));
  Section training{
      "Training",
      {"A step is a forward and a backward run of a layer, with the gradients of its input and its "
       "weights; of a model it has the loss and the optimizer in it, too. Its operations are counted "
       "as three times those of a forward run."},
      {},
      {}};
  add_table(training, training_table(results));
  const auto training_steps = curve_families(results, training_step);
  tell_counted_steps(training, results, training_steps);
  for (const CurveFamily& family : training_steps)
    if (has_curve(family)) training.charts.push_back(throughput_chart(family));
  add_section(document, std::move(training));
  Section prepare{"Making a layer ready",
                  {"Packing weights, allocating scratch, generating code: paid once per layer and shape."},
                  {},
                  {}};
  add_table(prepare, prepare_table(prepares));
  add_section(document, std::move(prepare));
  Section untimed{"Rows without a time",
                  {"No row is timed that was not verified just before; a backend that cannot says why."},
                  {},
                  {}};
  add_table(untimed, untimed_table(results));
  add_section(document, std::move(untimed));
  document.records = records_table(results);
  document.tests = tests_of(results);
  return document;
}

reports::Table result_table(const Results& results) {
  const auto runs = curve_families(results, "run");
  if (!runs.empty()) return ranking_table(runs);
  const reports::Table latencies = short_latency_table(results);
  return latencies.rows().empty() ? training_table(results) : latencies;
}

}  // namespace lockstep
