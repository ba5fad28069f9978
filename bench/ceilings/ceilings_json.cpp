#include "bench/ceilings/ceilings_json.h"

#include <cmath>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lockstep {
namespace {

using Json = nlohmann::ordered_json;

/// A finite number over 0; of at least 0 where `zero_too`.
double number(const Json& json, const char* key, bool zero_too = false) {
  const double value = json.at(key).get<double>();
  if (!std::isfinite(value) || value < 0 || (value == 0 && !zero_too))
    throw std::invalid_argument(
        fmt::format("{} is {}, accepted are numbers {} 0", key, value, zero_too ? "from" : "over"));
  return value;
}

Json json_of(const OneAndAll& rate) {
  return {{"one", rate.one}, {"all", rate.all}};
}
OneAndAll rate_of(const Json& json, bool zero_too = false) {
  return {number(json, "one", zero_too), number(json, "all", zero_too)};
}

}  // namespace

Json to_json(const Ceilings& ceilings) {
  Json memory = Json::array();
  for (const MemoryLevel& level : ceilings.memory)
    memory.push_back({{"name", level.name},
                      {"bytes", json_of(level.bytes)},
                      {"bytes_per_second", json_of(level.bytes_per_second)}});
  return {{"isa", ceilings.isa},
          {"date", ceilings.date},
          {"threads", ceilings.threads},
          {"clock_hz", ceilings.clock_hz},
          {"flops_per_second", json_of(ceilings.flops_per_second)},
          {"memory", std::move(memory)},
          {"flag_round_trip_s", ceilings.flag_round_trip},
          {"openmp_region_s", ceilings.openmp_region},
          {"exp_s", ceilings.exp},
          {"tanh_s", ceilings.tanh},
          {"sigmoid_s", ceilings.sigmoid}};
}

Ceilings ceilings_of(const Json& json) {
  constexpr int most_threads = 1 << 20;
  Ceilings ceilings;
  json.at("isa").get_to(ceilings.isa);
  json.at("date").get_to(ceilings.date);
  const Json& threads = json.at("threads");
  if (!threads.is_number_integer() || threads < 1 || threads > most_threads)
    throw std::invalid_argument("threads is none, accepted are whole numbers from 1");
  threads.get_to(ceilings.threads);
  ceilings.clock_hz = number(json, "clock_hz");
  ceilings.flops_per_second = rate_of(json.at("flops_per_second"));
  const Json& memory = json.at("memory");
  if (!memory.is_array() || memory.empty()) throw std::invalid_argument("memory has no level");
  for (const Json& level : memory) {
    const bool last = ceilings.memory.size() + 1 == memory.size();
    ceilings.memory.push_back({level.at("name").get<std::string>(), rate_of(level.at("bytes"), last),
                               rate_of(level.at("bytes_per_second"))});
  }
  ceilings.flag_round_trip = number(json, "flag_round_trip_s", true);
  ceilings.openmp_region = number(json, "openmp_region_s", true);
  ceilings.exp = number(json, "exp_s");
  ceilings.tanh = number(json, "tanh_s");
  ceilings.sigmoid = number(json, "sigmoid_s");
  return ceilings;
}

}  // namespace lockstep
