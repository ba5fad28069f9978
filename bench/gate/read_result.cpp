#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "bench/gate/result_json.h"
#include "bench/gate/result_names.h"

namespace lockstep::gate {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array states = {State::pass,  State::improvement,      State::acknowledged, State::regression,
                               State::wrong, State::layout_sensitive, State::inconclusive, State::missing};
constexpr std::array pairs = {Pair::head, Pair::control, Pair::layout};
constexpr std::array codes = {exit_held, exit_failed, exit_usage, exit_no_verdict};

[[noreturn]] void refuse(std::string_view key, const Json& value, std::string_view accepted) {
  throw std::invalid_argument(
      fmt::format("{} is {}: accepted is {}", key, in_quotes(value.dump()), accepted));
}

const Json& member(const Json& json, const char* key) {
  if (!json.is_object())
    throw std::invalid_argument(fmt::format("no object where {} is looked for: accepted is one", key));
  const auto found = json.find(key);
  if (found == json.end()) throw std::invalid_argument(fmt::format("no {}: accepted is one", key));
  return *found;
}

void get(const Json& json, const char* key, std::string& to) {
  const Json& value = member(json, key);
  if (!value.is_string()) refuse(key, value, "a text");
  value.get_to(to);
}

void get(const Json& json, const char* key, bool& to) {
  const Json& value = member(json, key);
  if (!value.is_boolean()) refuse(key, value, "true or false");
  value.get_to(to);
}

template <class Whole>
void get_count(const Json& json, const char* key, Whole& to) {
  const Json& value = member(json, key);
  if (!value.is_number_integer() || value < 0 || value > std::numeric_limits<Whole>::max())
    refuse(key, value, "a whole number from 0");
  value.get_to(to);
}

/// A number from 0; over 0 where `positive`.
double number(std::string_view key, const Json& value, bool positive) {
  const double number = value.is_number() ? value.get<double>() : std::nan("");
  if (!std::isfinite(number) || number < 0 || (positive && number == 0))
    refuse(key, value, positive ? "a number over 0" : "a number from 0");
  return number;
}
void get(const Json& json, const char* key, double& to, bool positive = false) {
  to = number(key, member(json, key), positive);
}

const Json& array(const Json& json, const char* key) {
  const Json& value = member(json, key);
  if (!value.is_array()) refuse(key, value, "an array");
  return value;
}

void get_positives(const Json& json, const char* key, std::vector<double>& to) {
  for (const Json& value : array(json, key)) to.push_back(number(key, value, true));
}

void get_texts(const Json& json, const char* key, std::vector<std::string>& to) {
  for (const Json& value : array(json, key)) {
    if (!value.is_string()) refuse(key, value, "an array of texts");
    to.push_back(value.get<std::string>());
  }
}

/// The one of `all` whose name is the member's text.
template <class All, class Name>
auto choice(const Json& json, const char* key, const All& all, Name name) {
  std::string text, accepted;
  get(json, key, text);
  for (const auto one : all) {
    if (name(one) == text) return one;
    accepted += fmt::format("{}{}", accepted.empty() ? "" : ", ", name(one));
  }
  refuse(key, text, accepted);
}

ExitCode code_of(const Json& json) {
  int code = 0;
  get_count(json, "code", code);
  const auto found = std::find(codes.begin(), codes.end(), code);
  if (found == codes.end()) refuse("code", code, "0, 1, 2 or 4");
  return *found;
}

void read(const Json& json, Plan& plan) {
  get_count(json, "screen", plan.screen);
  get_count(json, "confirm", plan.confirm);
  get(json, "screen_above", plan.screen_above);
  get(json, "margin", plan.margin);
  get(json, "level", plan.level);
  get(json, "detect", plan.detect);
  get(json, "control_share", plan.control_share);
  get_count(json, "rounds", plan.rounds);
  get(json, "batch_seconds", plan.batch_seconds);
  get_count(json, "layouts_needed", plan.layouts_needed);
}

void read(const Json& json, Facts& facts) {
  if (!json.is_object()) refuse("facts", json, "an object of texts");
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) refuse(key, value, "a text");
    facts.emplace_back(key, value.get<std::string>());
  }
}

void read(const Json& json, Proof& proof) {
  get(json, "benchmark", proof.benchmark);
  get(json, "verdict", proof.verdict);
  get(json, "reason", proof.reason);
  get(json, "method", proof.method);
  get(json, "version", proof.version);
  get(json, "library_path", proof.library_path);
  std::string digest;
  get(json, "digest", digest);
  const char* end = digest.data() + digest.size();
  if (digest.size() != 16 || std::from_chars(digest.data(), end, proof.digest, 16).ptr != end)
    refuse("digest", digest, "16 hexadecimal digits");
  get_count(json, "allocations", proof.allocations);
  get_count(json, "library_calls", proof.library_calls);
}

void read(const Json& json, Row& row) {
  get(json, "backend", row.backend);
  row.state = choice(json, "state", states, [](State state) { return to_string(state); });
  get(json, "reason", row.reason);
  get(json, "ratio", row.ratio, true);
  get(json, "low", row.low, true);
  get(json, "high", row.high, true);
  if (row.low > row.ratio || row.high < row.ratio)
    refuse("ratio", row.ratio, fmt::format("one from low to high, {} to {}", row.low, row.high));
  get(json, "p", row.p);
  if (row.p > 1) refuse("p", row.p, "a number from 0 to 1");
  row.detectable = std::numeric_limits<double>::infinity();
  if (!member(json, "detectable").is_null()) get(json, "detectable", row.detectable);
  get_count(json, "processes", row.processes);
  get_count(json, "rounds", row.rounds);
  get(json, "confirmed", row.confirmed);
  get(json, "alternating", row.alternating);
  get(json, "base_seconds", row.base_seconds);
  get_positives(json, "layouts", row.layouts);
  read(member(json, "base"), row.base);
  read(member(json, "head"), row.head);
}

void read(const Json& json, Sample& sample) {
  sample.pair = choice(json, "pair", pairs, name_of);
  get_count(json, "layout", sample.layout);
  get_count(json, "calls", sample.calls);
  get_positives(json, "base", sample.base);
  get_positives(json, "head", sample.head);
  if (sample.base.size() != sample.head.size())
    throw std::invalid_argument(fmt::format("{} rounds of the base and {} of the head: accepted are as many",
                                            sample.base.size(), sample.head.size()));
}

/// Each element has the name of a benchmark, by which a complaint tells it.
template <class Value>
void read(const Json& json, const char* key, std::vector<Value>& to) {
  for (const Json& one : array(json, key)) {
    Value value;
    try {
      get(one, "benchmark", value.benchmark);
      read(one, value);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(
          fmt::format("{}, entry {}, {}: {}", key, to.size() + 1, in_quotes(value.benchmark), error.what()));
    }
    to.push_back(std::move(value));
  }
}

void read(const Json& json, Result& result) {
  if (const Json& found = member(json, "schema"); found != result_schema)
    refuse("schema", found, result_schema);
  get(json, "base", result.base);
  get(json, "head", result.head);
  get(json, "command", result.command);
  result.code = code_of(json);
  get(json, "seconds", result.seconds);
  read(member(json, "plan"), result.plan);
  read(member(json, "facts"), result.facts);
  get_texts(json, "complaints", result.complaints);
  get_texts(json, "doubts", result.doubts);
  read(json, "rows", result.rows);
  read(json, "controls", result.controls);
  read(json, "samples", result.samples);
}

}  // namespace

Result read_gate_result(const std::filesystem::path& path) {
  try {
    std::ifstream file(path);
    if (!file) throw std::invalid_argument("can't be read");
    Result result;
    read(Json::parse(file), result);
    return result;
  } catch (const std::exception& error) {
    throw std::invalid_argument(
        fmt::format("{}: {}: accepted is a gate.json of lockstep gate", path.string(), error.what()));
  }
}

bool is_gate_result(const std::filesystem::path& path) {
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) return false;
  std::ifstream file(path);
  bool names_schema = false, found = false;
  const auto see = [&](int depth, Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::key) names_schema = parsed == "schema";
    if (depth == 1 && event == Json::parse_event_t::value && names_schema && parsed.is_string())
      found = parsed.get_ref<const std::string&>().starts_with(result_schemas);
    return depth < 2;
  };
  constexpr bool throws = false;
  [[maybe_unused]] const Json rest = Json::parse(file, see, throws);
  return found;
}

}  // namespace lockstep::gate
