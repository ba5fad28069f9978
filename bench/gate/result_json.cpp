#include "bench/gate/result_json.h"

#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/gate/result_names.h"

namespace lockstep::gate {
namespace {

using Json = nlohmann::ordered_json;

Json rounded(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double value : values)
    json.push_back(std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr));
  return json;
}

Json json_of(const Plan& plan) {
  return {{"screen", plan.screen},
          {"confirm", plan.confirm},
          {"screen_above", plan.screen_above},
          {"margin", plan.margin},
          {"level", plan.level},
          {"detect", plan.detect},
          {"control_share", plan.control_share},
          {"rounds", plan.rounds},
          {"batch_seconds", plan.batch_seconds},
          {"layouts_needed", plan.layouts_needed}};
}

Json json_of(const Facts& facts) {
  Json json = Json::object();
  for (const auto& [key, value] : facts) json[key] = value;
  return json;
}

/// The digest as text: readers in other languages hold numbers as doubles.
Json json_of(const Proof& proof) {
  return {{"benchmark", proof.benchmark},
          {"verdict", proof.verdict},
          {"reason", proof.reason},
          {"method", proof.method},
          {"version", proof.version},
          {"library_path", proof.library_path},
          {"digest", fmt::format("{:016x}", proof.digest)},
          {"allocations", proof.allocations},
          {"library_calls", proof.library_calls}};
}

Json json_of(const Row& row) {
  return {{"benchmark", row.benchmark},
          {"backend", row.backend},
          {"state", std::string(to_string(row.state))},
          {"reason", row.reason},
          {"ratio", row.ratio},
          {"low", row.low},
          {"high", row.high},
          {"p", row.p},
          {"detectable", row.detectable},
          {"processes", row.processes},
          {"rounds", row.rounds},
          {"confirmed", row.confirmed},
          {"alternating", row.alternating},
          {"base_seconds", row.base_seconds},
          {"layouts", row.layouts},
          {"base", json_of(row.base)},
          {"head", json_of(row.head)}};
}

Json json_of(const Sample& sample) {
  return {{"benchmark", sample.benchmark}, {"pair", std::string(name_of(sample.pair))},
          {"layout", sample.layout},       {"calls", sample.calls},
          {"base", rounded(sample.base)},  {"head", rounded(sample.head)}};
}

template <class Value>
Json array_of(const std::vector<Value>& values) {
  Json json = Json::array();
  for (const Value& value : values) json.push_back(json_of(value));
  return json;
}

/// Text from a command line or a library may be anything; JSON is UTF-8.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// One line per member, and per element of a member that is an array of objects.
std::string lines(const Json& json) {
  std::string text = "{\n";
  for (const auto& [key, value] : json.items()) {
    text += fmt::format("{}\"{}\": ", text.size() > 2 ? ",\n" : "", key);
    if (!value.is_array() || value.empty() || !value[0].is_object()) {
      text += dump(value);
      continue;
    }
    for (std::size_t i = 0; i < value.size(); ++i)
      text += fmt::format("{}\n{}", i == 0 ? "[" : ",", dump(value[i]));
    text += "\n]";
  }
  return text + "\n}\n";
}

}  // namespace

std::string to_json(const Result& result) {
  return lines({{"schema", std::string(result_schema)},
                {"verdict", verdict_of(result)},
                {"code", static_cast<int>(result.code)},
                {"base", result.base},
                {"head", result.head},
                {"command", result.command},
                {"seconds", result.seconds},
                {"plan", json_of(result.plan)},
                {"facts", json_of(result.facts)},
                {"complaints", result.complaints},
                {"doubts", result.doubts},
                {"rows", array_of(result.rows)},
                {"controls", array_of(result.controls)},
                {"samples", array_of(result.samples)}});
}

}  // namespace lockstep::gate
