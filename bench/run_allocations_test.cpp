#include <memory>

#include <gtest/gtest.h>
#include <malloc.h>

#include "backends/every_backend_for_test.h"
#include "backends/model.h"
#include "backends/model_for_test.h"
#include "backends/problem_text.h"
#include "bench/allocations.h"
#include "cases/data.h"
#include "cases/model_given.h"

namespace lockstep {
namespace {

class RunAllocations : public EveryBackend {
 protected:
  /// oneDNN allocates in every primitive that it executes; backends/onednn/allocation_test.cpp tells its
  /// allocations from ours. ONNX Runtime does in every run.
  bool library_allocates() const { return backend().name().starts_with("onednn") || binds(); }
  /// The small-matrix kernels of OpenBLAS' AVX-512 cores do where one to eight columns are left of sixteen
  /// (kernel/x86_64/sgemm_small_kernel_nn_skylakex.c); backends/product_training_memory_test.cpp tells its
  /// allocations from ours.
  bool library_allocates(const Problem& problem) const {
    if (!backend().name().starts_with("openblas")) return library_allocates();
    const auto* recurrent = as_recurrent(problem);
    const std::int64_t columns = recurrent == nullptr ? 0 : gate_count(*recurrent) * recurrent->units;
    const std::string version = backend().version();
    const auto is_core = [&](const char* core) { return version.find(core) != std::string::npos; };
    return columns % 16 >= 1 && columns % 16 <= 8 &&
           (is_core("core SkylakeX") || is_core("core Cooperlake") || is_core("core SapphireRapids"));
  }
  /// ONNX Runtime is told where a run reads and writes, which allocates where that is not as in the run
  /// before.
  bool binds() const { return backend().name().starts_with("onnxruntime"); }
};

LOCKSTEP_EVERY_BACKEND(RunAllocations);

// In both layouts; the first run may not, either. A library that must allocate does so alike in every run.
TEST_P(RunAllocations, AreNoneInAnyRun) {
  int ran = 0;
  for (const char* text :
       {"simple_rnn/B:8/T:16/F:16/U:16/seq:1", "lstm/B:1/T:16/F:16/U:16/seq:1",
        "lstm/B:8/T:16/F:7/U:33/seq:1/threads:2", "lstm/B:3/T:16/F:7/U:33/state:1/final:1",
        "lstm/B:2/T:3/F:512/U:512/seq:1", "dense/B:40/T:100/F:512/U:1024",
        "lstm/B:1/T:16/F:7/U:64/seq:1/threads:2", "gru/B:1/T:16/F:7/U:64/reset_after:0/threads:2",
        "lstm/B:3/T:9/F:7/U:16/seq:1/mask:holes/back:1", "gru/B:8/T:16/F:16/U:16/seq:1",
        "gru/B:3/T:9/F:7/U:16/reset_after:0", "dense/B:8/T:16/F:16/U:16/act:softmax",
        "dense/B:8/T:16/F:16/U:16/style:time_distributed", "activation/B:8/T:16/F:16/act:hard_sigmoid"}) {
    const Problem problem = parse_problem(text);
    if (!backend().supports(problem)) continue;
    for (const Layout layout : {Layout::time_major, Layout::batch_major}) {
      const Given given = make_given(problem, 1, layout);
      const Asked<float> asked(problem, layout);
      const Io io = make_io(problem, given, asked);
      const auto layer = backend().prepare(problem, given.weights);
      if (binds()) layer->run(io);
      const auto first = allocations_of([&] { layer->run(io); });
      const auto second = allocations_of([&] { layer->run(io); });
      EXPECT_EQ(second, first) << text;
      EXPECT_TRUE(first == 0 || library_allocates(problem)) << text << " allocates " << first << " times";
      ++ran;
    }
  }
  EXPECT_GT(ran, 0);
}

// Of a model, too, with two inputs of which one is joined with what a layer returns.
TEST_P(RunAllocations, AreNoneInAModelOfTwoInputs) {
  const Shape shape{2, 6, 4};
  Model model(two_inputs(), backend(), shape, Exec{});
  const ModelGiven given = make_model_given(two_inputs(), shape, InputKind::random, InitialStates::zero, 1);
  const ModelAsked<float> asked(two_inputs(), shape, Layout::time_major);
  const BasicModelIo<float> io{given.input_rows(0, 2), asked.views(), {}, {}};
  ASSERT_EQ(io.inputs.size(), 2U);
  if (binds()) model.run(io);
  const auto first = allocations_of([&] { model.run(io); });
  EXPECT_EQ(allocations_of([&] { model.run(io); }), first);
  EXPECT_TRUE(first == 0 || library_allocates()) << first;
}

// Of the weights that a layer packs, another one of it holds none of its own.
TEST_P(RunAllocations, OfAnotherLayerAreNotOfItsWeights) {
  for (const char* text : {"lstm/B:1/T:4/F:512/U:512/seq:1", "gru/B:2/T:4/F:512/U:512/threads:2",
                           "dense/B:2/T:4/F:1024/U:1024"}) {
    const Problem problem = parse_problem(text);
    const Given given = make_given(problem, 1, Layout::time_major);
    const auto bytes_of = [](auto&& make) {
      const struct mallinfo2 before = mallinfo2();
      const std::unique_ptr<Layer> made = make();
      const struct mallinfo2 after = mallinfo2();
      EXPECT_NE(made, nullptr);
      return static_cast<std::int64_t>(after.uordblks + after.hblkhd) -
             static_cast<std::int64_t>(before.uordblks + before.hblkhd);
    };
    const auto layer = backend().prepare(problem, given.weights);
    if (layer->another() == nullptr) {
      EXPECT_NE(backend().name(), "fused");
      continue;
    }
    const std::int64_t all = bytes_of([&] { return backend().prepare(problem, given.weights); });
    const std::int64_t own = bytes_of([&] { return layer->another(); });
    EXPECT_GT(all, 4'000'000) << text;
    EXPECT_LT(own, all / 10) << text;
  }
}

}  // namespace
}  // namespace lockstep
