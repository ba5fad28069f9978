#include "backends/onednn/feedforward.h"

#include <string>
#include <vector>

#include "backends/onednn/rows_forward.h"

namespace lockstep::onednn {
namespace {

class FeedforwardLayer : public Layer {
 public:
  FeedforwardLayer(const Problem& problem, const Weights& weights)
      : shares_(problem), team_(shares_.threads()) {
    const OneThread one_thread;
    DenseWeights packed(engine_, problem, weights);
    for (int i = 0; i < team_.threads(); ++i) workers_.emplace_back(packed, shares_, i);
    for_each_worker([](RowsForward& worker) { worker.warm_up(); });
  }

  void run(const Io& io) override {
    with_plain_errors([&] { for_each_worker([&](RowsForward& worker) { worker.run(io); }); });
  }

  std::string method() const override { return workers_.front().implementation() + shares_.text(); }

 private:
  template <class Use>
  void for_each_worker(Use&& use) {
    team_.run([&](int index) {
      const OneThread one_thread;
      use(workers_[static_cast<std::size_t>(index)]);
    });
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  RowShares shares_;
  std::vector<RowsForward> workers_;
  Team team_;
};

}  // namespace

std::unique_ptr<Layer> prepare_feedforward(const Problem& problem, const Weights& weights) {
  return with_plain_errors([&] { return std::make_unique<FeedforwardLayer>(problem, weights); });
}

}  // namespace lockstep::onednn
