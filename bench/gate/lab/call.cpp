#include "bench/gate/lab/call.h"

#include <memory>
#include <utility>

#include "bench/gate/lab/digest.h"
#include "bench/gate/lab/slowed.h"

namespace lockstep::gate {
namespace {

bool trains(const Case& one) {
  return one.problem.exec.pass == Pass::training;
}

}  // namespace

CallData::CallData(const Case& one)
    : one_(one),
      given_(make_given(one)),
      outputs_(one.problem, Layout::time_major),
      io_(make_io(one.problem, given_, outputs_)) {
  if (!trains(one)) return;
  given_gradients_ = make_gradients(one.problem, one.seed);
  asked_gradients_.emplace(one.problem, Layout::time_major);
  gradients_ = asked_gradients_->views(given_gradients_.output_view(), given_gradients_.h_view(),
                                       given_gradients_.c_view());
}

std::uint64_t CallData::digest() const {
  Digest digest;
  const auto add = [&](const auto& values) {
    if (values.size() > 0) digest.add({values.data(), static_cast<std::size_t>(values.size())});
  };
  add(outputs_.output);
  add(outputs_.final_h);
  add(outputs_.final_c);
  if (asked_gradients_) {
    add(asked_gradients_->input);
    add(asked_gradients_->initial_h);
    add(asked_gradients_->initial_c);
    add(asked_gradients_->weights.kernel);
    add(asked_gradients_->weights.recurrent_kernel);
    add(asked_gradients_->weights.bias);
  }
  return digest.value();
}

Call make_call(const Backend& backend, const CallData& data, double slowdown) {
  const Problem& problem = data.of_case().problem;
  if (trains(data.of_case())) {
    auto prepared = backend.prepare_training(problem, data.weights());
    if (slowdown > 0) prepared = slowed(std::move(prepared), slowdown);
    return [layer = std::shared_ptr<TrainableLayer>(std::move(prepared)), &data] {
      layer->run(data.io());
      layer->backward(data.io(), data.gradients());
    };
  }
  auto prepared = backend.prepare(problem, data.weights());
  if (slowdown > 0) prepared = slowed(std::move(prepared), slowdown);
  return [layer = std::shared_ptr<Layer>(std::move(prepared)), &data] { layer->run(data.io()); };
}

}  // namespace lockstep::gate
