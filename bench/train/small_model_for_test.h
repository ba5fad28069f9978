#pragma once

#include "backends/model_for_test.h"
#include "bench/train/data.h"
#include "cases/data.h"
#include "cases/targets.h"

namespace lockstep {

/// A GRU(5) of three features with a TimeDistributed(Dense(4)) on it, and samples of six steps for it.
struct SmallModel {
  ModelSpec model{"sequential", true, {{"input_layer", InputSpec{{}, 3}, {}, {}}}, {"time_distributed"}};
  TrainingData data;

  explicit SmallModel(std::int64_t samples) {
    RecurrentSpec gru;
    gru.cell = Cell::gru;
    gru.units = 5;
    gru.return_sequences = true;
    DenseSpec dense;
    dense.units = 4;
    dense.activation = Activation::softmax;
    dense.style = DenseStyle::time_distributed;
    model.nodes.push_back(node_for_test("gru", gru, "input_layer", 3));
    model.nodes.push_back(node_for_test("time_distributed", dense, "gru", 5));
    const Given given = make_given({ActivationSpec{}, {samples, 6, 3}, {}, {}}, 1, Layout::batch_major);
    data.inputs = {{{samples, 6, 3}, {given.input.begin(), given.input.end()}}};
    data.targets = {{{samples, 6, 4}, random_target(Loss::categorical_crossentropy, {samples, 6, 4}, 1)}};
  }
};

}  // namespace lockstep
