#include "bench/gate/gate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <map>
#include <numeric>
#include <random>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "bench/gate/decide.h"
#include "verify/verdict.h"

namespace lockstep::gate {
namespace {

/// The exit codes' two kinds of trouble, by the exception that tells of it.
struct Untrusted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A run of a gate, from its proofs to its verdict.
class Run {
 public:
  Run(const Request& request, Lab& lab) : request_(request), lab_(lab) {
    result_.base = request.base.string();
    result_.head = request.head.string();
    result_.plan = request.plan;
  }

  Result operator()() {
    const auto start = std::chrono::steady_clock::now();
    result_.facts = request_.fingerprint();
    try {
      if (request_.manifest.empty()) throw std::invalid_argument("nothing to measure: the manifest is empty");
      prove();
      if (timed_.empty())
        throw std::invalid_argument("nothing to measure: no benchmark is right in both builds");
      validate(request_.plan, timed_.size());
      measure();
    } catch (const std::invalid_argument& error) {
      result_.complaints.push_back(error.what());
    } catch (const std::runtime_error& error) {
      result_.doubts.push_back(error.what());
    }
    if (const std::string changed = difference(result_.facts, request_.fingerprint()); !changed.empty())
      result_.doubts.push_back("the machine changed while it was measured: " + changed);
    result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(result_);
  }

 private:
  /// A benchmark that is measured: its row, and its votes.
  struct Timed {
    std::size_t row;
    Benchmark benchmark;
  };

  void show(const std::string& what) {
    if (request_.progress) request_.progress(done_++, all_, what);
  }

  void prove() {
    all_ = 2 + static_cast<std::size_t>(request_.plan.screen + request_.plan.confirm);
    show("proving the base");
    const auto base = proofs_of(request_.base);
    show("proving the head");
    const auto head = proofs_of(request_.head);
    for (std::size_t i = 0; i < request_.manifest.size(); ++i)
      add_row(request_.manifest[i], base[i], head[i]);
  }

  std::vector<Proof> proofs_of(const std::filesystem::path& build) {
    auto proofs = lab_.prove(build, request_.manifest);
    const bool whole =
        std::equal(proofs.begin(), proofs.end(), request_.manifest.begin(), request_.manifest.end(),
                   [](const Proof& proof, const Benchmark& one) { return proof.benchmark == one.name; });
    if (!whole) throw Untrusted(fmt::format("{}: its proofs are not those of the manifest", build.string()));
    return proofs;
  }

  void add_row(const Benchmark& benchmark, const Proof& base, const Proof& head) {
    const std::string skip(to_string(Verdict::skip)), pass(to_string(Verdict::pass));
    if (base.verdict == skip && !request_.strict) return;
    Row row;
    row.benchmark = benchmark.name;
    row.backend = benchmark.backend;
    row.base = base;
    row.head = head;
    for (const auto& [arm, proof] : {std::pair("base", &base), std::pair("head", &head)}) {
      if (proof->verdict == pass || !row.reason.empty()) continue;
      row.state = proof->verdict == "missing" || proof->verdict == skip ? State::missing : State::wrong;
      row.reason = fmt::format("{}: {}", arm, proof->reason.empty() ? proof->verdict : proof->reason);
    }
    if (row.reason.empty()) {
      row.state = State::inconclusive;
      row.reason = "not measured to the end";
      row.alternating = benchmark.one.problem.exec.threads > 1 || !lab_.clash(benchmark.backend).empty();
      timed_.push_back({result_.rows.size(), benchmark});
    }
    result_.rows.push_back(std::move(row));
  }

  void measure() {
    choose_controls();
    std::vector<Wanted> wanted;
    for (std::size_t i = 0; i < timed_.size(); ++i) wanted.push_back(wanted_of(i, Pair::head));
    for (const std::size_t i : controls_) wanted.push_back(wanted_of(i, Pair::control));
    votes_.resize(timed_.size());
    control_votes_.resize(controls_.size());
    for (int k = 0; k < request_.plan.screen; ++k) {
      show("screening");
      take(wanted, &Votes::screen);
    }
    std::erase_if(wanted, [&](const Wanted& one) {
      return one.pair == Pair::head && !is_open(votes_[place_of(one)].screen, request_.plan, timed_.size());
    });
    for (int k = 0; k < request_.plan.confirm; ++k) {
      show(fmt::format("confirming {}", wanted.size()));
      take(wanted, &Votes::confirm);
    }
    conclude();
    if (request_.move_code) move_code();
    if (const std::string why = distrust_of(control_votes_, request_.plan); !why.empty())
      result_.doubts.push_back(why);
  }

  Wanted wanted_of(std::size_t timed, Pair pair, int layout = 0) const {
    return {timed_[timed].benchmark, pair, layout, result_.rows[timed_[timed].row].alternating};
  }

  void choose_controls() {
    controls_.resize(timed_.size());
    std::iota(controls_.begin(), controls_.end(), 0);
    std::shuffle(controls_.begin(), controls_.end(), random_);
    const double share = std::ceil(request_.plan.control_share * static_cast<double>(timed_.size()));
    controls_.resize(std::clamp<std::size_t>(static_cast<std::size_t>(share), 1, timed_.size()));
  }

  std::size_t place_of(const Wanted& wanted) const {
    const auto place = std::find_if(timed_.begin(), timed_.end(),
                                    [&](const Timed& one) { return one.benchmark == wanted.benchmark; });
    return static_cast<std::size_t>(place - timed_.begin());
  }

  /// One process more: a vote for each that is wanted.
  void take(const std::vector<Wanted>& wanted, std::vector<double> Votes::*stage) {
    for (auto& [one, vote] : vote_on(wanted)) {
      const std::size_t place = place_of(*one);
      if (one->pair == Pair::head) {
        (votes_[place].*stage).push_back(vote);
      } else {
        const auto control = std::find(controls_.begin(), controls_.end(), place);
        (control_votes_[static_cast<std::size_t>(control - controls_.begin())].*stage).push_back(vote);
      }
    }
  }

  std::vector<std::pair<const Wanted*, double>> vote_on(const std::vector<Wanted>& wanted) {
    using Key = std::tuple<std::string, Pair, int>;
    std::map<Key, const Wanted*> missing;
    for (const Wanted& one : wanted) missing[{one.benchmark.name, one.pair, one.layout}] = &one;
    std::vector<std::pair<const Wanted*, double>> votes;
    for (Sample& sample : lab_.measure(wanted, random_())) {
      const auto place = missing.find({sample.benchmark, sample.pair, sample.layout});
      if (place == missing.end())
        throw Untrusted(fmt::format("{}: measured, but not asked for or twice", sample.benchmark));
      try {
        votes.emplace_back(place->second, log_ratio(sample, request_.plan.rounds));
      } catch (const std::invalid_argument& error) {
        throw Untrusted(error.what());
      }
      missing.erase(place);
      result_.samples.push_back(std::move(sample));
    }
    if (!missing.empty())
      throw Untrusted(fmt::format("{}: asked for, but not measured", std::get<0>(missing.begin()->first)));
    return votes;
  }

  /// Decides all rows that were timed, and the controls, by the votes so far.
  void conclude() {
    std::vector<Row> rows;
    for (const Timed& one : timed_) {
      Row& row = result_.rows[one.row];
      row.rounds = request_.plan.rounds;
      row.base_seconds = base_seconds(one.benchmark.name);
      rows.push_back(row);
    }
    decide(rows, votes_, request_.plan);
    for (std::size_t i = 0; i < rows.size(); ++i) result_.rows[timed_[i].row] = rows[i];
    result_.controls.clear();
    for (const std::size_t i : controls_) {
      Row row = result_.rows[timed_[i].row];
      row.head = row.base;
      result_.controls.push_back(std::move(row));
    }
    decide(result_.controls, control_votes_, request_.plan);
  }

  double base_seconds(const std::string& benchmark) const {
    std::vector<double> medians;
    for (const Sample& sample : result_.samples)
      if (sample.benchmark == benchmark && sample.layout == 0) medians.push_back(median(sample.base));
    return medians.empty() ? 0 : median(medians);
  }

  static double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  /// Runs what only time calls a regression on other paddings, and decides again.
  void move_code() {
    std::vector<Wanted> wanted;
    std::vector<std::size_t> unmoved;
    std::vector<Row> rows;
    for (const Timed& one : timed_) rows.push_back(result_.rows[one.row]);
    for (const std::size_t i : to_run_on_layouts(rows)) {
      const int layouts = lab_.layouts(rows[i].backend);
      if (layouts < request_.plan.layouts_needed) {
        unmoved.push_back(i);
        continue;
      }
      votes_[i].layouts.resize(static_cast<std::size_t>(layouts));
      for (int layout = 1; layout <= layouts; ++layout) wanted.push_back(wanted_of(i, Pair::layout, layout));
    }
    if (!wanted.empty()) {
      all_ += static_cast<std::size_t>(request_.plan.confirm);
      for (int k = 0; k < request_.plan.confirm; ++k) {
        show("moving the code");
        for (const auto& [one, vote] : vote_on(wanted))
          votes_[place_of(*one)].layouts[static_cast<std::size_t>(one->layout - 1)].push_back(vote);
      }
      conclude();
    }
    for (const std::size_t i : unmoved)
      result_.rows[timed_[i].row].reason += "; not tried with its code moved, for want of the target layouts";
  }

  const Request& request_;
  Lab& lab_;
  Result result_;
  std::vector<Timed> timed_;
  std::vector<std::size_t> controls_;  // among timed_
  std::vector<Votes> votes_, control_votes_;
  std::mt19937_64 random_{request_.seed};
  std::size_t done_ = 0, all_ = 0;
};

}  // namespace

Result run(const Request& request, Lab& lab) {
  Result result = Run(request, lab)();
  result.code = exit_code_of(result);
  return result;
}

}  // namespace lockstep::gate
