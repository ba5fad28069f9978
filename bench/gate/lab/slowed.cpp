#include "bench/gate/lab/slowed.h"

#include <chrono>
#include <utility>

namespace lockstep::gate {
namespace {

/// What a pass is stretched by.
class Stretch {
 public:
  Stretch(double share, Now now) : share_(share), now_(std::move(now)) {}
  template <class Pass>
  void operator()(Pass&& pass) const {
    const double start = now_();
    pass();
    const double end = now_(), until = end + share_ * (end - start);
    while (end > start && now_() < until) {
    }
  }

 private:
  double share_;
  Now now_;
};

class SlowedLayer : public Layer {
 public:
  SlowedLayer(std::unique_ptr<Layer> layer, Stretch stretched)
      : layer_(std::move(layer)), stretched_(std::move(stretched)) {}
  void run(const Io& io) override {
    stretched_([&] { layer_->run(io); });
  }
  std::string method() const override { return layer_->method(); }

 private:
  std::unique_ptr<Layer> layer_;
  Stretch stretched_;
};

class SlowedTraining : public TrainableLayer {
 public:
  SlowedTraining(std::unique_ptr<TrainableLayer> layer, Stretch stretched)
      : layer_(std::move(layer)), stretched_(std::move(stretched)) {}
  void run(const Io& io) override {
    stretched_([&] { layer_->run(io); });
  }
  void backward(const Io& io, const Gradients& gradients) override {
    stretched_([&] { layer_->backward(io, gradients); });
  }
  void update(const Weights& weights) override { layer_->update(weights); }
  std::string method() const override { return layer_->method(); }

 private:
  std::unique_ptr<TrainableLayer> layer_;
  Stretch stretched_;
};

}  // namespace

double steady_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::unique_ptr<Layer> slowed(std::unique_ptr<Layer> layer, double share, Now now) {
  return std::make_unique<SlowedLayer>(std::move(layer), Stretch(share, std::move(now)));
}

std::unique_ptr<TrainableLayer> slowed(std::unique_ptr<TrainableLayer> layer, double share, Now now) {
  return std::make_unique<SlowedTraining>(std::move(layer), Stretch(share, std::move(now)));
}

}  // namespace lockstep::gate
