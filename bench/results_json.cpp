#include "bench/results_json.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "bench/ceilings/ceilings_json.h"
#include "bench/overhead/overhead.h"
#include "bench/recommend.h"
#include "verify/verdict.h"

namespace lockstep {
namespace {

using Json = nlohmann::ordered_json;
constexpr int schema = 1;

Json labels_json(const Labels& labels) {
  return {{"what", labels.what},   {"layer", labels.layer},           {"variant", labels.variant},
          {"batch", labels.batch}, {"time_steps", labels.time_steps}, {"features", labels.features},
          {"units", labels.units}, {"threads", labels.threads},       {"backend", labels.backend}};
}

/// A whole number of at least `least` that the member takes.
template <class Whole>
void get_whole(const Json& json, const char* key, Whole least, Whole& to) {
  const Json& value = json.at(key);
  if (!value.is_number_integer() || value < least || value > std::numeric_limits<Whole>::max())
    throw std::invalid_argument(
        fmt::format("{} is {}, accepted are whole numbers from {}", key, in_quotes(value.dump()), least));
  value.get_to(to);
}

/// A number over 0; of at least 0 where `zero_too`.
void get_positive(const Json& json, const char* key, bool zero_too, double& to) {
  json.at(key).get_to(to);
  if (!(to > 0 || (zero_too && to == 0)))
    throw std::invalid_argument(
        fmt::format("{} is {}, accepted are numbers {} 0", key, to, zero_too ? "from" : "over"));
}

Labels labels_of(const Json& json) {
  Labels labels;
  json.at("what").get_to(labels.what);
  json.at("layer").get_to(labels.layer);
  json.at("variant").get_to(labels.variant);
  get_whole(json, "batch", std::int64_t{0}, labels.batch);
  get_whole(json, "time_steps", std::int64_t{0}, labels.time_steps);
  get_whole(json, "features", std::int64_t{0}, labels.features);
  get_whole(json, "units", std::int64_t{0}, labels.units);
  get_whole(json, "threads", 1, labels.threads);
  json.at("backend").get_to(labels.backend);
  return labels;
}

Json roof_json(const RowRoof& roof) {
  return {{"seconds_per_call", roof.seconds},
          {"bound_by", roof.bound_by},
          {"peak_flops_per_second", roof.flops_per_second}};
}

RowRoof roof_of(const Json& json) {
  RowRoof roof;
  get_positive(json, "seconds_per_call", false, roof.seconds);
  json.at("bound_by").get_to(roof.bound_by);
  get_positive(json, "peak_flops_per_second", false, roof.flops_per_second);
  return roof;
}

Json latency_json(const Latency& latency) {
  return {{"calls", latency.calls},
          {"p50_seconds", latency.p50},
          {"p99_seconds", latency.p99},
          {"p99_9_seconds", latency.p99_9},
          {"max_seconds", latency.highest},
          {"first_call_seconds", latency.first_call},
          {"prepare_seconds", latency.prepare},
          {"clock_seconds", latency.clock}};
}

Latency latency_of(const Json& json) {
  Latency latency;
  get_whole(json, "calls", std::int64_t{1}, latency.calls);
  get_positive(json, "p50_seconds", false, latency.p50);
  get_positive(json, "p99_seconds", false, latency.p99);
  get_positive(json, "p99_9_seconds", false, latency.p99_9);
  get_positive(json, "max_seconds", false, latency.highest);
  get_positive(json, "first_call_seconds", true, latency.first_call);
  get_positive(json, "prepare_seconds", true, latency.prepare);
  get_positive(json, "clock_seconds", true, latency.clock);
  return latency;
}

Json library_calls_json(const LibraryCalls& library) {
  return {{"calls", library.calls},
          {"reorders", library.reorders},
          {"reorders_to_prepare", library.reorders_to_prepare}};
}

LibraryCalls library_calls_of(const Json& json) {
  LibraryCalls library;
  get_whole(json, "calls", std::int64_t{0}, library.calls);
  get_whole(json, "reorders", std::int64_t{0}, library.reorders);
  get_whole(json, "reorders_to_prepare", std::int64_t{0}, library.reorders_to_prepare);
  return library;
}

Json row_json(const Measurement& row) {
  Json json = {{"name", row.name},
               {"labels", labels_json(row.labels)},
               {"method", row.method},
               {"verdict", row.verdict},
               {"reason", row.reason},
               // An error may be infinite, where a value was not finite; JSON has no infinity.
               {"share_of_tolerance",
                std::isfinite(row.share_of_tolerance) ? Json(row.share_of_tolerance) : Json(nullptr)},
               {"steps_per_call", row.steps_per_call},
               {"flops_per_call", row.flops_per_call},
               {"iterations", row.iterations},
               {"allocations_per_call", row.allocations},
               {"seconds_per_call", row.seconds}};
  if (!row.config.empty()) json["config"] = row.config;
  if (row.of_several_inputs) json["of_several_inputs"] = true;
  if (row.shared) json["shared"] = {{"backend", row.shared->backend}, {"fallback", row.shared->fallback}};
  if (row.roof) json["roof"] = roof_json(*row.roof);
  if (row.latency) json["latency"] = latency_json(*row.latency);
  if (row.library_calls) json["library_calls"] = library_calls_json(*row.library_calls);
  return json;
}

Measurement row_of(const Json& json) {
  Measurement row;
  json.at("name").get_to(row.name);
  row.labels = labels_of(json.at("labels"));
  json.at("method").get_to(row.method);
  json.at("verdict").get_to(row.verdict);
  if (const auto known = verdict_names(); std::find(known.begin(), known.end(), row.verdict) == known.end())
    throw std::invalid_argument(fmt::format("row \"{}\": verdict is \"{}\", accepted are {}", row.name,
                                            row.verdict, fmt::join(known, ", ")));
  json.at("reason").get_to(row.reason);
  if (const Json& share = json.at("share_of_tolerance"); share.is_number())
    share.get_to(row.share_of_tolerance);
  get_positive(json, "steps_per_call", true, row.steps_per_call);
  get_positive(json, "flops_per_call", true, row.flops_per_call);
  get_whole(json, "iterations", std::int64_t{0}, row.iterations);
  get_whole(json, "allocations_per_call", std::int64_t{0}, row.allocations);
  json.at("seconds_per_call").get_to(row.seconds);
  if (json.contains("config")) json.at("config").get_to(row.config);
  if (json.contains("of_several_inputs")) json.at("of_several_inputs").get_to(row.of_several_inputs);
  if (json.contains("shared"))
    row.shared = SharedModel{json.at("shared").at("backend").get<std::string>(),
                             json.at("shared").at("fallback").get<std::string>()};
  if (json.contains("roof")) row.roof = roof_of(json.at("roof"));
  if (json.contains("latency")) row.latency = latency_of(json.at("latency"));
  if (json.contains("library_calls")) row.library_calls = library_calls_of(json.at("library_calls"));
  if (row.verdict != "pass" && row.timed())
    throw std::invalid_argument(
        fmt::format("row \"{}\": has times though its verdict is {}: accepted are times of rows that passed",
                    row.name, row.verdict));
  for (const double seconds : row.seconds)
    if (!(seconds > 0) || !std::isfinite(seconds))
      throw std::invalid_argument(
          fmt::format("row \"{}\": seconds_per_call holds {}, accepted are times over 0", row.name, seconds));
  return row;
}

/// One repetition of one row, as Google Benchmark writes it.
Json repetition_json(const Measurement& row, std::size_t family, std::size_t repetition) {
  constexpr double nanoseconds = 1e9;
  const double seconds = row.seconds[repetition];
  Json json = {{"name", row.name},
               {"family_index", family},
               {"per_family_instance_index", 0},
               {"run_name", row.name},
               {"run_type", "iteration"},
               {"repetitions", row.seconds.size()},
               {"repetition_index", repetition},
               {"threads", row.labels.threads},
               {"iterations", row.iterations},
               {"real_time", seconds * nanoseconds},
               {"time_unit", "ns"},
               {"GFLOP/s", row.flops_per_call / seconds / 1e9},
               {"allocations_per_call", row.allocations}};
  // Of the calling thread; readers ask for it, and where it is not known the real time is no worse than a
  // zero.
  json["cpu_time"] =
      (row.cpu_seconds.size() == row.seconds.size() ? row.cpu_seconds[repetition] : seconds) * nanoseconds;
  if (row.steps_per_call > 0) {
    json["items_per_second"] = row.steps_per_call / seconds;
    json["ns_per_step"] = seconds * nanoseconds / row.steps_per_call;
  }
  if (row.roof) json["share_of_roof"] = row.roof->seconds / seconds;
  return json;
}

Json facts_json(const Facts& facts) {
  Json json = Json::object();
  for (const auto& [key, value] : facts) json[key] = value;
  return json;
}
Facts facts_of(const Json& json) {
  Facts facts;
  for (const auto& [key, value] : json.items()) facts.emplace_back(key, value.get<std::string>());
  return facts;
}

}  // namespace

std::string to_json(const Results& results) {
  Json rows = Json::array(), repetitions = Json::array();
  for (std::size_t i = 0; i < results.measurements.size(); ++i) {
    const Measurement& row = results.measurements[i];
    rows.push_back(row_json(row));
    for (std::size_t k = 0; k < row.seconds.size(); ++k) repetitions.push_back(repetition_json(row, i, k));
  }
  Json context = facts_json(results.machine);
  context["executable"] = "lockstep";
#ifdef NDEBUG
  context["library_build_type"] = "release";
#else
  context["library_build_type"] = "debug";
#endif
  Json ours = {{"schema", schema},
               {"command", results.command},
               {"machine", facts_json(results.machine)},
               {"backends", facts_json(results.backends)},
               {"rows", std::move(rows)}};
  const Results rivals = without_raw_calls(results);  // the choices point into it
  for (const Choice& choice : choices_of(rivals))
    ours["recommendations"].push_back({{"for", choice.title}, {"text", recommendation(choice)}});
  if (results.ceilings) ours["ceilings"] = to_json(*results.ceilings);
  const Json json = {
      {"context", std::move(context)}, {"lockstep", ours}, {"benchmarks", std::move(repetitions)}};
  // Text from a command line or a library may be anything; JSON is UTF-8.
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Results read_results(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file)
    throw std::invalid_argument(
        fmt::format("{}: can't be read: accepted is a results.json of lockstep bench", path.string()));
  try {
    const Json json = Json::parse(file);
    if (!json.is_object() || !json.contains("lockstep"))
      throw std::invalid_argument("holds no \"lockstep\" object");
    const Json& ours = json.at("lockstep");
    if (const int found = ours.at("schema").get<int>(); found != schema)
      throw std::invalid_argument(fmt::format("has schema {}, accepted is {}", found, schema));
    Results results;
    ours.at("command").get_to(results.command);
    results.machine = facts_of(ours.at("machine"));
    results.backends = facts_of(ours.at("backends"));
    if (ours.contains("ceilings")) results.ceilings = ceilings_of(ours.at("ceilings"));
    for (const Json& row : ours.at("rows")) results.measurements.push_back(row_of(row));
    return results;
  } catch (const std::exception& error) {
    throw std::invalid_argument(
        fmt::format("{}: {}: accepted is a results.json of lockstep bench", path.string(), error.what()));
  }
}

}  // namespace lockstep
