#include "bench/training_rows.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "backends/problem_text.h"
#include "bench/allocations.h"
#include "bench/layer_labels.h"
#include "bench/work.h"
#include "verify/check.h"

namespace lockstep {
namespace {

/// What the rows of a group are verified against: made when the first needs it, gone with the last.
struct Expectation {
  Expectation(const Case& one, Oracle& oracle)
      : results(oracle.expect(one)),
        beside(beside_results(one, static_cast<int>(std::max(1U, std::thread::hardware_concurrency())))) {}
  std::shared_ptr<const Expected> results;
  Beside beside;
};

/// A layer made ready with all that its passes read and write.
class ReadyTraining {
 public:
  ReadyTraining(const Case& one, const Backend& backend)
      : given_(make_given(one)),
        gradients_(make_gradients(one.problem, one.seed)),
        outputs_(one.problem, Layout::time_major),
        asked_(one.problem, Layout::time_major),
        layer_(backend.prepare_training(one.problem, given_.weights)),
        io_(make_io(one.problem, given_, outputs_)),
        views_(asked_.views(gradients_.output_view(), gradients_.h_view(), gradients_.c_view())) {}
  void forward() { layer_->run(io_); }
  void backward() { layer_->backward(io_, views_); }

 private:
  Given given_;
  GivenGradients gradients_;
  Asked<float> outputs_;
  AskedGradients<Buffer<float>> asked_;
  std::unique_ptr<TrainableLayer> layer_;
  Io io_;
  Gradients views_;
};

/// The three rows of one case on one backend: verified once, and ready together.
class TrainedLayer {
 public:
  TrainedLayer(Case one, const Backend& backend,
               std::shared_ptr<std::weak_ptr<const Expectation>> expectation, std::shared_ptr<Oracle> oracle)
      : one_(std::move(one)),
        backend_(backend),
        expectation_(std::move(expectation)),
        oracle_(std::move(oracle)) {}

  ReadyRow make_ready(std::string_view what) {
    auto expected = expectation_->lock();
    if (!verified_) expected = verify();
    ReadyRow ready = found_;
    if (ready.verdict != to_string(Verdict::pass)) return ready;
    std::shared_ptr<ReadyTraining> layer = layer_.lock();
    if (layer == nullptr) layer_ = layer = std::make_shared<ReadyTraining>(one_, backend_);
    layer->forward();
    if (what == training_forward)
      ready.call = [layer, expected] { layer->forward(); };
    else if (what == training_backward)
      ready.call = [layer, expected] { layer->backward(); };
    else
      ready.call = [layer, expected] {
        layer->forward();
        layer->backward();
      };
    ready.call();
    ready.allocations = allocations_of(ready.call);
    layer->forward();  // a backward pass is of the last run
    return ready;
  }

 private:
  /// Returns what it was verified against, which the ready rows keep for those of other backends.
  std::shared_ptr<const Expectation> verify() {
    verified_ = true;
    if (const Support support = backend_.supports(one_.problem); !support) {
      found_.verdict = to_string(Verdict::skip);
      found_.reason = support.why();
      return nullptr;
    }
    auto expected = expectation_->lock();
    if (expected == nullptr) *expectation_ = expected = std::make_shared<const Expectation>(one_, *oracle_);
    const Finding finding = check(backend_, one_, *expected->results, expected->beside);
    found_.verdict = to_string(finding.verdict);
    found_.reason = finding.reason;
    found_.method = finding.method;
    found_.share_of_tolerance = finding.share_of_tolerance();
    return expected;
  }

  Case one_;
  const Backend& backend_;
  std::shared_ptr<std::weak_ptr<const Expectation>> expectation_;
  std::shared_ptr<Oracle> oracle_;
  bool verified_ = false;
  ReadyRow found_;
  std::weak_ptr<ReadyTraining> layer_;
};

struct Part {
  const char* what;
  const char* prefix;
  double share_of_flops;  // of a forward run's: the two products of a step's gradients cost as much each
  Passes passes;
};
constexpr std::array<Part, 3> parts{{{training_step, "", 3, Passes::both},
                                     {training_forward, "forward/", 1, Passes::forward},
                                     {training_backward, "backward/", 2, Passes::backward}}};

}  // namespace

std::vector<RowGroup> training_rows(std::span<const Case> cases, std::span<const Backend* const> backends,
                                    const std::shared_ptr<Oracle>& oracle) {
  struct Open {
    std::size_t group;
    std::shared_ptr<std::weak_ptr<const Expectation>> expectation;
  };
  std::map<std::string, Open> open;
  std::vector<RowGroup> groups;
  for (const Case& one : cases) {
    const auto [place, is_new] =
        open.try_emplace(fmt::format("{}#{}", group_key(one.problem), one.seed),
                         Open{groups.size(), std::make_shared<std::weak_ptr<const Expectation>>()});
    if (is_new) groups.emplace_back();
    for (const Backend* backend : backends) {
      const auto trained = std::make_shared<TrainedLayer>(one, *backend, place->second.expectation, oracle);
      for (const Part& part : parts) {
        Row row;
        row.name = fmt::format("{}{}/backend:{}", part.prefix, to_string(one.problem), backend->name());
        row.labels = labels_of(one.problem, backend->name(), part.what);
        row.steps_per_call = steps(one.problem);
        row.flops_per_call = part.share_of_flops * flops(one.problem);
        row.layers = {{one.problem, part.passes}};
        row.make_ready = [trained, what = part.what] { return trained->make_ready(what); };
        groups[place->second.group].push_back(std::move(row));
      }
    }
  }
  return groups;
}

}  // namespace lockstep
