#include "bench/gate/campaign/pool.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <istream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace lockstep::gate {
namespace {

constexpr std::size_t kept_batches = 10;  // the repetitions that are usually compared
constexpr double picoseconds = 1e12;

/// Of five digits: more are noise, and make what is kept in the repository a quarter larger.
std::vector<std::int64_t> kept(const std::vector<double>& seconds) {
  std::vector<std::int64_t> batches;
  for (std::size_t i = 0; i < std::min(kept_batches, seconds.size()); ++i)
    batches.push_back(
        std::llround(std::strtod(fmt::format("{:.5g}", seconds[i] * picoseconds).c_str(), nullptr)));
  return batches;
}

bool same_benchmarks(const std::map<std::string, Measured>& a, const std::map<std::string, Measured>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& one, const auto& other) { return one.first == other.first; });
}

}  // namespace

Measured measured(const Sample& sample, int rounds) {
  return {log_ratio(sample, rounds), kept(sample.base), kept(sample.head)};
}

std::string line_of(const Pool& pool, const std::map<std::string, Measured>& process) {
  nlohmann::json line{{"machine", pool.machine}, {"condition", pool.condition}, {"effect", pool.effect}};
  constexpr double digits = 1e7;
  for (const auto& [benchmark, one] : process)
    line["measured"][benchmark] = {
        {"vote", std::round(one.vote * digits) / digits}, {"base_ps", one.base_ps}, {"head_ps", one.head_ps}};
  return line.dump();
}

std::vector<Pool> read_pools(std::istream& in) {
  std::vector<Pool> pools;
  int number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    try {
      const auto line = nlohmann::json::parse(text);
      Pool of{line.at("condition"), line.at("effect"), {}, line.at("machine")};
      std::map<std::string, Measured> process;
      for (const auto& [benchmark, one] : line.at("measured").items())
        process[benchmark] = {one.at("vote"), one.at("base_ps"), one.at("head_ps")};
      auto pool = std::find_if(pools.begin(), pools.end(), [&](const Pool& there) {
        return there.condition == of.condition && there.effect == of.effect;
      });
      if (pool == pools.end()) pool = pools.insert(pools.end(), of);
      if (of.machine != pools.front().machine)
        throw std::invalid_argument("another machine, or another day, than in the first line");
      if (process.empty() ||
          (!pools.front().processes.empty() && !same_benchmarks(process, pools.front().processes.front())))
        throw std::invalid_argument("other benchmarks than in the first line");
      pool->processes.push_back(std::move(process));
    } catch (const std::exception& error) {
      throw std::invalid_argument(
          fmt::format("line {} of the campaign: {}: accepted are the lines that "
                      "gate_campaign record writes",
                      number, error.what()));
    }
  }
  if (pools.empty())
    throw std::invalid_argument("the campaign has no line: accepted are those of gate_campaign record");
  return pools;
}

}  // namespace lockstep::gate
