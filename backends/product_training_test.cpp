#include <tuple>

#include <gmock/gmock.h>

#include "backends/registry.h"
#include "backends/training_sample_for_test.h"

namespace lockstep {
namespace {

/// What no comparison with an oracle sees of the training on a library of matrix products.
class ProductTraining : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  std::string text() const { return std::get<1>(GetParam()); }
  std::unique_ptr<TrainableLayer> prepare(const TrainingSample& sample) const {
    return backend().prepare_training(sample.problem, sample.weights);
  }

 private:
  const Backend& backend() const {
    const Module module =
        load_module(module_folder() / (std::string("lockstep_") + std::get<0>(GetParam()) + ".so"));
    if (module.backend == nullptr) throw std::runtime_error(module.reason);
    return *module.backend;
  }
};

TEST_P(ProductTraining, GivesTheSameBitsAgain) {
  TrainingSample sample(text());
  const auto of_output = sample.of_output();
  const auto layer = prepare(sample);
  const auto first = sample.step(*layer);
  EXPECT_EQ(sample.backward(*layer, sample.gradients()), first);
  TrainingSample other(text(), Layout::time_major, 5);
  other.step(*layer);
  EXPECT_EQ(sample.step(*layer), first);
  EXPECT_EQ(sample.of_output(), of_output);
}

TEST_P(ProductTraining, ComputesWithTheWeightsOfAnUpdate) {
  TrainingSample sample(text());
  const TrainingSample other(text(), Layout::time_major, 5);
  const auto layer = prepare(other);
  layer->update(sample.weights);
  EXPECT_EQ(sample.step(*layer), sample.step(*prepare(sample)));
}

TEST_P(ProductTraining, DoesNotDependOnWhatElseIsAskedFor) {
  TrainingSample sample(text());
  const auto layer = prepare(sample);
  const auto all = sample.step(*layer);
  const auto expect_only = [&](const char* name, auto Gradients::*asked) {
    SCOPED_TRACE(name);
    const Gradients every = sample.gradients();
    if (!(every.*asked)) return;
    Gradients one;
    one.output = every.output, one.final_h = every.final_h, one.final_c = every.final_c;
    one.*asked = every.*asked;
    const auto found = sample.backward(*layer, one);
    EXPECT_EQ(found.at(name), all.at(name));
  };
  expect_only("input", &Gradients::input);
  expect_only("initial_h", &Gradients::initial_h);
  expect_only("initial_c", &Gradients::initial_c);
  expect_only("kernel", &Gradients::weights);
  expect_only("recurrent_kernel", &Gradients::weights);
  expect_only("bias", &Gradients::weights);
}

TEST_P(ProductTraining, ReadsAbsentGradientsAsZeros) {
  TrainingSample sample(text());
  sample.zero_gradients_of_results();
  const auto layer = prepare(sample);
  const auto zeros = sample.step(*layer);
  Gradients absent = sample.gradients();
  absent.output = {}, absent.final_h = {}, absent.final_c = {};
  EXPECT_EQ(sample.backward(*layer, absent), zeros);
}

/// Dense sums over its rows in the order of the input.
class RecurrentProductTraining : public ProductTraining {};

TEST_P(RecurrentProductTraining, GivesTheSameBitsInBothLayouts) {
  TrainingSample one(text(), Layout::time_major), other(text(), Layout::batch_major);
  EXPECT_EQ(one.step(*prepare(one)), other.step(*prepare(other)));
}

const auto libraries = ::testing::Values("eigen", "openblas", "fused");
const auto recurrent_layers =
    ::testing::Values("simple_rnn/B:3/T:5/F:4/U:6/seq:1", "simple_rnn/B:3/T:5/F:4/U:6/mask:holes/state:1",
                      "lstm/B:3/T:300/F:4/U:6/seq:1/threads:2", "lstm/B:1/T:5/F:4/U:6/state:1/final:1",
                      "lstm/B:3/T:5/F:4/U:6/seq:1/mask:holes/back:1/state:1/final:1",
                      "gru/B:5/T:200/F:3/U:16/seq:1/back:1/threads:3/state:1/final:1",
                      "gru/B:3/T:5/F:4/U:6/seq:1/mask:holes/zero_mask:1",
                      "gru/B:3/T:5/F:4/U:6/reset_after:0/threads:2/state:1/final:1",
                      "gru/B:3/T:5/F:4/U:6/seq:1/reset_after:0/mask:holes/bias:0");
const auto other_layers =
    ::testing::Values("dense/B:3/T:5/F:4/U:6/act:softmax/threads:2", "dense/B:3/T:5/F:4/U:6/bias:0",
                      "dense/B:3/T:5/F:4/U:6/act:tanh/style:time_distributed/threads:2",
                      "activation/B:3/T:5/F:4/act:softmax", "activation/B:3/T:5/F:4/act:sigmoid");
INSTANTIATE_TEST_SUITE_P(Recurrent, ProductTraining, ::testing::Combine(libraries, recurrent_layers));
INSTANTIATE_TEST_SUITE_P(Recurrent, RecurrentProductTraining,
                         ::testing::Combine(libraries, recurrent_layers));
INSTANTIATE_TEST_SUITE_P(Others, ProductTraining, ::testing::Combine(libraries, other_layers));

}  // namespace
}  // namespace lockstep
