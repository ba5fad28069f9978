#include "verify/explain/shrink.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "verify/check.h"

namespace lockstep {
namespace {

/// What is taken away, one thing at a time.
using Change = void (*)(Problem&);

template <auto field, auto value>
void set_recurrent(Problem& problem) {
  if (auto* layer = std::get_if<RecurrentSpec>(&problem.layer)) layer->*field = value;
}

constexpr std::array<Change, 14> simplifications{
    [](Problem& problem) {
      problem.extras.mask = MaskPattern::none;
      set_recurrent<&RecurrentSpec::zero_output_for_mask, false>(problem);
    },
    set_recurrent<&RecurrentSpec::zero_output_for_mask, false>,
    [](Problem& problem) { problem.extras.initial_state = false; },
    [](Problem& problem) { problem.extras.final_state = false; },
    set_recurrent<&RecurrentSpec::go_backwards, false>,
    set_recurrent<&RecurrentSpec::use_bias, false>,
    [](Problem& problem) {
      if (auto* layer = std::get_if<DenseSpec>(&problem.layer)) layer->use_bias = false;
    },
    set_recurrent<&RecurrentSpec::activation, Activation::tanh>,
    set_recurrent<&RecurrentSpec::recurrent_activation, Activation::sigmoid>,
    [](Problem& problem) {
      if (auto* layer = std::get_if<DenseSpec>(&problem.layer)) layer->activation = Activation::linear;
    },
    set_recurrent<&RecurrentSpec::reset_after, true>,
    [](Problem& problem) { problem.exec.threads = 1; },
    set_recurrent<&RecurrentSpec::return_sequences, false>,
    [](Problem& problem) {
      if (auto* layer = std::get_if<DenseSpec>(&problem.layer)) layer->style = DenseStyle::flattened;
    },
};

std::vector<std::int64_t*> sizes_of(Problem& problem) {
  std::vector<std::int64_t*> sizes{&problem.shape.time_steps, &problem.shape.batch, &problem.shape.features};
  if (auto* recurrent = std::get_if<RecurrentSpec>(&problem.layer)) sizes.push_back(&recurrent->units);
  if (auto* dense = std::get_if<DenseSpec>(&problem.layer)) sizes.push_back(&dense->units);
  return sizes;
}

class Shrinking {
 public:
  Shrinking(const Backend& backend, const Case& one, const Finding& failing, Deadline deadline)
      : backend_(backend), wanted_(failing.failed), deadline_(deadline), best_{one, failing} {}

  Shrunk run() {
    cut_all_sizes();
    do {
      shrunk_ = false;
      for (const Change change : simplifications) simplify(change);
      for (std::size_t i = 0; i < sizes_of(best_.smallest.problem).size(); ++i) cut_size(i);
    } while (shrunk_);
    return std::move(best_);
  }

 private:
  /// Whether this fails, too; then it is the smallest so far.
  bool fails(const Problem& candidate) {
    if (candidate == best_.smallest.problem) return false;
    if (std::chrono::steady_clock::now() >= deadline_) best_.in_time = false;
    if (!best_.in_time) return false;
    ++best_.tried;
    Case one = best_.smallest;
    one.problem = candidate;
    std::optional<Finding> found;
    try {
      found = check(backend_, one, Expected(candidate, make_given(one), 1));
    } catch (const std::invalid_argument&) {
      return false;  // there is no such problem
    }
    const bool is_same = std::any_of(found->failed.begin(), found->failed.end(), [&](const auto& name) {
      return std::find(wanted_.begin(), wanted_.end(), name) != wanted_.end();
    });
    if (found->verdict != Verdict::fail || !is_same) return false;
    best_.smallest = std::move(one);
    found->module = best_.finding.module;
    best_.finding = std::move(*found);
    return shrunk_ = true;
  }

  void simplify(Change change) {
    Problem simpler = best_.smallest.problem;
    change(simpler);
    fails(simpler);
  }

  /// From small to large, so that a large problem that fails when small is never computed whole again.
  void cut_all_sizes() {
    Problem whole = best_.smallest.problem;
    const auto whole_sizes = sizes_of(whole);
    const std::int64_t largest = **std::max_element(whole_sizes.begin(), whole_sizes.end(),
                                                    [](const auto* a, const auto* b) { return *a < *b; });
    for (std::int64_t most = 1; most < largest; most *= 2) {
      Problem cut = whole;
      for (std::int64_t* size : sizes_of(cut)) *size = std::min(*size, most);
      if (fails(cut)) return;
    }
  }

  bool fails_with(std::size_t which, std::int64_t size) {
    Problem cut = best_.smallest.problem;
    *sizes_of(cut)[which] = size;
    return fails(cut);
  }

  /// Small sizes one by one, as a fault may show at some alone; larger ones by doubling, then by halves.
  void cut_size(std::size_t which) {
    constexpr std::int64_t one_by_one = 16;
    const std::int64_t whole = *sizes_of(best_.smallest.problem)[which];
    std::int64_t holds = 0, size = 1;
    while (size < whole && !fails_with(which, size)) {
      holds = size;
      size = size < one_by_one ? size + 1 : 2 * size;
    }
    for (std::int64_t wrong = std::min(size, whole); wrong - holds > 1;) {
      const std::int64_t middle = holds + (wrong - holds) / 2;
      (fails_with(which, middle) ? wrong : holds) = middle;
    }
    for (bool smaller = true; smaller;) {
      const std::int64_t now = *sizes_of(best_.smallest.problem)[which];
      smaller = now > 1 && fails_with(which, now - 1);
    }
  }

  const Backend& backend_;
  const std::vector<std::string> wanted_;
  Deadline deadline_;
  Shrunk best_;
  bool shrunk_ = false;
};

std::string several(std::int64_t n, std::string_view what) {
  return fmt::format("{} {}", n, what);
}

}  // namespace

Shrunk shrink(const Backend& backend, const Case& one, const Finding& failing, Deadline deadline) {
  return Shrinking(backend, one, failing, deadline).run();
}

bool failed_only(const Finding& finding, std::initializer_list<std::string_view> checks) {
  return std::all_of(finding.failed.begin(), finding.failed.end(), [&](const std::string& name) {
    return std::find(checks.begin(), checks.end(), name) != checks.end();
  });
}

std::vector<std::string> needs_of(const Problem& problem) {
  std::vector<std::string> needs;
  const auto need = [&](bool there, std::string what) {
    if (there) needs.push_back(std::move(what));
  };
  const Extras& extras = problem.extras;
  need(extras.mask != MaskPattern::none, fmt::format("a mask ({})", to_string(extras.mask)));
  if (const auto* layer = as_recurrent(problem)) {
    const RecurrentSpec plain;
    need(layer->zero_output_for_mask, "zero_output_for_mask");
    need(extras.initial_state, "an initial state");
    need(extras.final_state, "final states asked for");
    need(layer->go_backwards, "go_backwards");
    need(layer->use_bias, "a bias");
    need(layer->activation != plain.activation, fmt::format("activation {}", to_string(layer->activation)));
    need(layer->recurrent_activation != plain.recurrent_activation,
         fmt::format("recurrent activation {}", to_string(layer->recurrent_activation)));
    need(!layer->reset_after, "reset_after off");
    need(layer->return_sequences, "return_sequences");
    need(layer->units > 1, several(layer->units, "units"));
  }
  if (const auto* layer = as_dense(problem)) {
    need(layer->use_bias, "a bias");
    need(layer->activation != Activation::linear, fmt::format("activation {}", to_string(layer->activation)));
    need(layer->style != DenseStyle::flattened, fmt::format("style {}", to_string(layer->style)));
    need(layer->units > 1, several(layer->units, "units"));
  }
  need(problem.shape.time_steps > 1, several(problem.shape.time_steps, "time steps"));
  need(problem.shape.batch > 1, several(problem.shape.batch, "batch rows"));
  need(problem.shape.features > 1, several(problem.shape.features, "features"));
  need(problem.exec.threads > 1, several(problem.exec.threads, "threads"));
  return needs;
}

}  // namespace lockstep
