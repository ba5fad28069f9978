#include "backends/onednn/feedforward_training.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "backends/onednn/rows_backward.h"
#include "backends/onednn/rows_forward.h"
#include "backends/onednn/sums.h"

namespace lockstep::onednn {
namespace {

class FeedforwardTraining : public TrainableLayer {
 public:
  FeedforwardTraining(const Problem& problem, const Weights& weights)
      : packed_(engine_, problem, weights), shares_(problem), team_(shares_.threads()) {
    const OneThread one_thread;
    for (int i = 0; i < team_.threads(); ++i)
      workers_.push_back({{packed_, shares_, i}, {packed_, shares_, i}});
    for_each_worker([](Worker& worker) {
      worker.forward.warm_up();
      worker.backward.warm_up();
    });
  }

  void run(const Io& io) override {
    with_plain_errors([&] { for_each_worker([&](Worker& worker) { worker.forward.run(io); }); });
  }

  void backward(const Io& io, const Gradients& gradients) override {
    if (!gradients.output) return clear(gradients);
    with_plain_errors([&] { for_each_worker([&](Worker& worker) { worker.backward.run(io, gradients); }); });
    if (gradients.weights == nullptr) return;
    const auto of_kernel = [&](std::size_t k) { return workers_[k].backward.of_kernel(); };
    const auto of_bias = [&](std::size_t k) { return workers_[k].backward.of_bias(); };
    if (packed_.kernel) add_up(team_, workers_.size(), of_kernel, gradients.weights->kernel);
    if (packed_.bias) add_up(team_, workers_.size(), of_bias, gradients.weights->bias);
  }

  void update(const Weights& weights) override {
    const OneThread one_thread;
    with_plain_errors([&] { packed_.update(stream_, weights); });
  }

  std::string method() const override {
    const Worker& worker = workers_.front();
    return fmt::format("{}, backward {}{}", worker.forward.implementation(), worker.backward.implementation(),
                       shares_.text());
  }

 private:
  struct Worker {
    RowsForward forward;
    RowsBackward backward;
  };

  template <class Use>
  void for_each_worker(Use&& use) {
    team_.run([&](int index) {
      const OneThread one_thread;
      use(workers_[static_cast<std::size_t>(index)]);
    });
  }
  static void clear(const Gradients& gradients) {
    if (gradients.input)
      for (std::int64_t b = 0; b < gradients.input.dims[0]; ++b)
        for (std::int64_t t = 0; t < gradients.input.dims[1]; ++t)
          std::fill_n(gradients.input.row(b, t), gradients.input.dims[2], 0.0F);
    if (gradients.weights == nullptr) return;
    for (auto* values : {&gradients.weights->kernel, &gradients.weights->bias})
      std::fill(values->begin(), values->end(), 0.0F);
  }

  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  DenseWeights packed_;
  RowShares shares_;
  std::vector<Worker> workers_;
  Team team_;
};

}  // namespace

std::unique_ptr<TrainableLayer> prepare_feedforward_training(const Problem& problem, const Weights& weights) {
  return with_plain_errors([&] { return std::make_unique<FeedforwardTraining>(problem, weights); });
}

}  // namespace lockstep::onednn
