#include "cases/convention_tensors.h"

#include <gmock/gmock.h>

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Dims = std::vector<std::int64_t>;

RecurrentSpec of_cell(Cell cell, bool reset_after = true) {
  RecurrentSpec spec;
  spec.cell = cell;
  spec.units = 5;
  spec.reset_after = reset_after;
  return spec;
}

std::vector<Dims> dims_of(WeightLayout layout, const LayerSpec& layer) {
  std::vector<Dims> all;
  for (const ConventionTensor& tensor : tensors_of(layout, layer, 3)) all.push_back(tensor.dims);
  return all;
}

/// As torch.nn.LSTM, the ONNX operators and oneDNN's RNN primitives document them.
TEST(ConventionTensors, HaveTheDocumentedShapes) {
  EXPECT_THAT(dims_of(WeightLayout::keras, of_cell(Cell::lstm)),
              ElementsAre(Dims{3, 20}, Dims{5, 20}, Dims{20}));
  EXPECT_THAT(dims_of(WeightLayout::pytorch, of_cell(Cell::lstm)),
              ElementsAre(Dims{20, 3}, Dims{20, 5}, Dims{20}, Dims{20}));
  EXPECT_THAT(dims_of(WeightLayout::onnx, of_cell(Cell::lstm)),
              ElementsAre(Dims{1, 20, 3}, Dims{1, 20, 5}, Dims{1, 40}));
  EXPECT_THAT(dims_of(WeightLayout::onednn, of_cell(Cell::lstm)),
              ElementsAre(Dims{1, 1, 3, 4, 5}, Dims{1, 1, 5, 4, 5}, Dims{1, 1, 4, 5}));
  EXPECT_THAT(dims_of(WeightLayout::keras, of_cell(Cell::gru)),
              ElementsAre(Dims{3, 15}, Dims{5, 15}, Dims{2, 15}));
  EXPECT_THAT(dims_of(WeightLayout::onednn, of_cell(Cell::gru)).back(), (Dims{1, 1, 4, 5}));
  EXPECT_THAT(dims_of(WeightLayout::onednn, of_cell(Cell::gru, false)).back(), (Dims{1, 1, 3, 5}));
  EXPECT_THAT(dims_of(WeightLayout::pytorch, of_cell(Cell::gru, false)), IsEmpty());
  EXPECT_THAT(dims_of(WeightLayout::pytorch, of_cell(Cell::simple_rnn)),
              ElementsAre(Dims{5, 3}, Dims{5, 5}, Dims{5}, Dims{5}));
  DenseSpec dense;
  dense.units = 5;
  EXPECT_THAT(dims_of(WeightLayout::keras, dense), ElementsAre(Dims{3, 5}, Dims{5}));
  EXPECT_THAT(dims_of(WeightLayout::onnx, dense), ElementsAre(Dims{5, 3}, Dims{5}));
}

TEST(ConventionTensors, AreNoneWhereThereIsNoSuchLayer) {
  const auto with = [](Cell cell, Activation activation, Activation recurrent_activation) {
    RecurrentSpec spec = of_cell(cell);
    spec.activation = activation;
    spec.recurrent_activation = recurrent_activation;
    return spec;
  };
  struct Row {
    RecurrentSpec spec;
    std::size_t pytorch, onednn;
  };
  for (const auto& [spec, pytorch, onednn] :
       {Row{with(Cell::simple_rnn, Activation::relu, Activation::sigmoid), 4, 3},
        Row{with(Cell::simple_rnn, Activation::sigmoid, Activation::sigmoid), 0, 3},
        Row{with(Cell::simple_rnn, Activation::softsign, Activation::sigmoid), 0, 0},
        Row{with(Cell::lstm, Activation::tanh, Activation::hard_sigmoid), 0, 0},
        Row{with(Cell::gru, Activation::relu, Activation::sigmoid), 0, 0}}) {
    EXPECT_THAT(tensors_of(WeightLayout::pytorch, spec, 3), SizeIs(pytorch));
    EXPECT_THAT(tensors_of(WeightLayout::onednn, spec, 3), SizeIs(onednn));
    EXPECT_THAT(tensors_of(WeightLayout::onnx, spec, 3), SizeIs(3));
    EXPECT_THAT(tensors_of(WeightLayout::keras, spec, 3), SizeIs(3));
  }
}

TEST(ConventionTensors, HaveNoBiasWhereTheLayerHasNone) {
  for (const WeightLayout layout :
       {WeightLayout::keras, WeightLayout::pytorch, WeightLayout::onnx, WeightLayout::onednn}) {
    RecurrentSpec recurrent = of_cell(Cell::gru);
    recurrent.use_bias = false;
    EXPECT_THAT(tensors_of(layout, recurrent, 3), SizeIs(2));
    DenseSpec dense;
    dense.use_bias = false;
    EXPECT_THAT(tensors_of(layout, dense, 3), SizeIs(1));
  }
}

}  // namespace
}  // namespace lockstep
