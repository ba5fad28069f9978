#include "verify/import_command.h"

#include <sstream>

#include <gmock/gmock.h>

#include "cases/convention_tensors.h"
#include "cases/seeds.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using Dims = std::vector<std::int64_t>;

RecurrentSpec of_cell(Cell cell, bool reset_after = true) {
  RecurrentSpec spec;
  spec.cell = cell;
  spec.units = 5;
  spec.reset_after = reset_after;
  return spec;
}

std::vector<Dims> dims_of(Convention convention, const LayerSpec& layer) {
  std::vector<Dims> all;
  for (const ConventionTensor& tensor : tensors_of(convention, layer, 3)) all.push_back(tensor.dims);
  return all;
}

/// As torch.nn.LSTM, the ONNX operators and oneDNN's RNN primitives document them.
TEST(ConventionTensors, HaveTheDocumentedShapes) {
  EXPECT_THAT(dims_of(Convention::keras, of_cell(Cell::lstm)),
              ElementsAre(Dims{3, 20}, Dims{5, 20}, Dims{20}));
  EXPECT_THAT(dims_of(Convention::pytorch, of_cell(Cell::lstm)),
              ElementsAre(Dims{20, 3}, Dims{20, 5}, Dims{20}, Dims{20}));
  EXPECT_THAT(dims_of(Convention::onnx, of_cell(Cell::lstm)),
              ElementsAre(Dims{1, 20, 3}, Dims{1, 20, 5}, Dims{1, 40}));
  EXPECT_THAT(dims_of(Convention::onednn, of_cell(Cell::lstm)),
              ElementsAre(Dims{1, 1, 3, 4, 5}, Dims{1, 1, 5, 4, 5}, Dims{1, 1, 4, 5}));
  EXPECT_THAT(dims_of(Convention::keras, of_cell(Cell::gru)),
              ElementsAre(Dims{3, 15}, Dims{5, 15}, Dims{2, 15}));
  EXPECT_THAT(dims_of(Convention::onednn, of_cell(Cell::gru)).back(), (Dims{1, 1, 4, 5}));
  EXPECT_THAT(dims_of(Convention::onednn, of_cell(Cell::gru, false)).back(), (Dims{1, 1, 3, 5}));
  EXPECT_THAT(dims_of(Convention::pytorch, of_cell(Cell::gru, false)), IsEmpty());
  EXPECT_THAT(dims_of(Convention::pytorch, of_cell(Cell::simple_rnn)),
              ElementsAre(Dims{5, 3}, Dims{5, 5}, Dims{5}, Dims{5}));
  DenseSpec dense;
  dense.units = 5;
  EXPECT_THAT(dims_of(Convention::keras, dense), ElementsAre(Dims{3, 5}, Dims{5}));
  EXPECT_THAT(dims_of(Convention::onnx, dense), ElementsAre(Dims{5, 3}, Dims{5}));
}

TEST(ConventionTensors, HaveNoBiasWhereTheLayerHasNone) {
  for (const Convention convention :
       {Convention::keras, Convention::pytorch, Convention::onnx, Convention::onednn}) {
    RecurrentSpec recurrent = of_cell(Cell::gru);
    recurrent.use_bias = false;
    EXPECT_THAT(tensors_of(convention, recurrent, 3), SizeIs(2));
    DenseSpec dense;
    dense.use_bias = false;
    EXPECT_THAT(tensors_of(convention, dense, 3), SizeIs(1));
  }
}

TEST(ExplainWeights, FitsATerminal) {
  for (const auto& list : {seeds(), style_models()})
    for (const Seed& one : list) {
      std::istringstream lines(explain_weights(one.model));
      for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST(ExplainWeights, SaysWhereTheResetGateStands) {
  const std::string after = explain_weights(find_seed("seed:gru16-td").model);
  EXPECT_THAT(after, AllOf(HasSubstr("\"gru\": GRU, 15 features, 16 units"), HasSubstr("| r z n "),
                           HasSubstr("linear_before_reset=1"),
                           HasSubstr("\"time_distributed\": Dense, 16 features")));
  const std::string before = explain_weights(find_seed("seed:gru16-td/reset_after:0").model);
  EXPECT_THAT(before, AllOf(HasSubstr("linear_before_reset=0"), Not(HasSubstr("| PyTorch | weight_ih_l0"))));
}

}  // namespace
}  // namespace lockstep
