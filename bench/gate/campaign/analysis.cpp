#include "bench/gate/campaign/analysis.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <stdexcept>

#include <fmt/format.h>

#include "bench/gate/decide.h"
#include "bench/gate/statistics/mann_whitney.h"
#include "bench/gate/statistics/median.h"

namespace lockstep::gate {
namespace {

using Order = std::vector<std::size_t>;

/// Gates that never were, of processes that did run.
class Drawn {
 public:
  Drawn(const Pool& equal, const Plan& plan, std::uint64_t seed) : equal_(equal), plan_(plan), random_(seed) {
    check_size(equal);
    for (const auto& [name, one] : equal.processes.front()) names_.push_back(name);
  }

  const std::vector<std::string>& names() const { return names_; }
  const std::vector<Row>& rows() const { return rows_; }

  /// One gate; `slower` is the benchmark that comes from another pool, if any.
  ExitCode gate(const Pool* other = nullptr, const std::string& slower = {}) {
    const Order order = shuffled(equal_.processes.size());
    const Order other_order = other != nullptr ? shuffled(other->processes.size()) : Order{};
    std::vector<Votes> votes;
    rows_.assign(names_.size(), Row{});
    for (std::size_t i = 0; i < names_.size(); ++i) {
      rows_[i].benchmark = names_[i];
      rows_[i].state = State::inconclusive;  // until it is decided
      rows_[i].rounds = plan_.rounds;
      votes.push_back(names_[i] == slower ? votes_of(*other, other_order, slower)
                                          : votes_of(equal_, order, names_[i]));
    }
    decide(rows_, votes, plan_);
    Result result;
    result.plan = plan_;
    result.rows = rows_;
    if (std::string why = distrust_of(controls(), plan_); !why.empty())
      result.doubts.push_back(std::move(why));
    return exit_code_of(result);
  }

 private:
  void check_size(const Pool& pool) const {
    const auto needed = static_cast<std::size_t>(plan_.screen + plan_.confirm);
    if (pool.processes.size() < needed)
      throw std::invalid_argument(fmt::format("the campaign has {} processes of {}, effect {}: needed are {}",
                                              pool.processes.size(), pool.condition, pool.effect, needed));
  }

  Order shuffled(std::size_t n) {
    Order order(n);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random_);
    return order;
  }

  Votes votes_of(const Pool& pool, const Order& order, const std::string& name) const {
    Votes votes;
    const auto vote = [&](int k) { return pool.processes[order[static_cast<std::size_t>(k)]].at(name).vote; };
    for (int k = 0; k < plan_.screen; ++k) votes.screen.push_back(vote(k));
    if (!is_open(votes.screen, plan_, names_.size())) return votes;
    for (int k = 0; k < plan_.confirm; ++k) votes.confirm.push_back(vote(plan_.screen + k));
    return votes;
  }

  std::vector<Votes> controls() {
    const Order order = shuffled(equal_.processes.size());
    Order chosen = shuffled(names_.size());
    chosen.resize(
        static_cast<std::size_t>(std::ceil(plan_.control_share * static_cast<double>(names_.size()))));
    std::vector<Votes> votes(chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i)
      for (int k = 0; k < plan_.screen + plan_.confirm; ++k)
        (k < plan_.screen ? votes[i].screen : votes[i].confirm)
            .push_back(equal_.processes[order[static_cast<std::size_t>(k)]].at(names_[chosen[i]]).vote);
    return votes;
  }

  const Pool& equal_;
  const Plan& plan_;
  std::mt19937_64 random_;
  std::vector<std::string> names_;
  std::vector<Row> rows_;
};

/// What the waiting came to: it disturbs what comes after it, so that it is not quite what was asked for.
double middle_vote(const Pool& pool, const std::string& name) {
  std::vector<double> votes;
  for (const auto& process : pool.processes) votes.push_back(process.at(name).vote);
  return median(std::move(votes));
}

std::vector<double> numbers(const std::vector<std::int64_t>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

EqualBuilds try_equal(const Pool& equal, const Plan& plan, int gates, std::uint64_t seed) {
  Drawn drawn(equal, plan, seed);
  EqualBuilds found{equal.condition, drawn.names().size(), equal.processes.size()};
  for (; found.gates < gates; ++found.gates) {
    const ExitCode code = drawn.gate();
    found.failed += code == exit_failed ? 1 : 0;
    found.no_verdict += code == exit_no_verdict ? 1 : 0;
    for (const Row& row : drawn.rows()) {
      ++found.rows;
      found.rows_failed += row.state == State::regression ? 1 : 0;
      found.rows_inconclusive += row.state == State::inconclusive ? 1 : 0;
    }
  }
  return found;
}

Power try_slower(const Pool& equal, const Pool& slower, const Plan& plan, int gates_each,
                 std::uint64_t seed) {
  Drawn drawn(equal, plan, seed);
  Power power{.condition = slower.condition, .effect = slower.effect};
  for (const std::string& name : drawn.names()) {
    int found = 0;
    const double middle = std::exp(middle_vote(slower, name));
    for (int i = 0; i < gates_each; ++i) {
      drawn.gate(&slower, name);
      const auto row = std::find_if(drawn.rows().begin(), drawn.rows().end(),
                                    [&](const Row& one) { return one.benchmark == name; });
      found += row->state == State::regression ? 1 : 0;
      if (!row->confirmed) continue;
      ++power.intervals;
      power.covering += row->low <= middle && middle <= row->high ? 1 : 0;
    }
    power.gates += gates_each;
    power.found += found;
    const double share = static_cast<double>(found) / gates_each;
    if (!power.worst_benchmark.empty() && share >= power.worst) continue;
    power.worst = share;
    power.worst_benchmark = name;
  }
  return power;
}

UsualTest try_usual(const Pool& pool, std::uint64_t seed) {
  UsualTest usual{pool.condition, pool.effect};
  std::mt19937_64 random(seed);
  Order order(pool.processes.size());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), random);
  for (std::size_t i = 0; i + 1 < order.size(); i += 2)
    for (const auto& [name, one] : pool.processes[order[i]]) {
      const auto base = numbers(one.base_ps), head = numbers(pool.processes[order[i + 1]].at(name).head_ps);
      const double ratio = median(head) / median(base);
      constexpr double level = 0.05, much = 1.05;
      ++usual.comparisons;
      if (mann_whitney_p(base, head) >= level) continue;
      ++usual.different;
      usual.slower += ratio > 1 ? 1 : 0;
      usual.slower_by_5_percent += ratio > much ? 1 : 0;
    }
  return usual;
}

}  // namespace lockstep::gate
