#pragma once

#include "cases/model_file.h"

namespace lockstep {

/// Reads a state_dict of PyTorch in a .safetensors file: nn.LSTM, nn.GRU, nn.RNN, their cells, each called at
/// every step in turn, and nn.Linear, each on what the one before it returns. What a state_dict cannot say is
/// in `config` (cases/pytorch/plan.h); where none is given, in NAME.config.json beside NAME.safetensors;
/// where there is none either, it is taken as plan_without_config says, with a notice. Every tensor is
/// accounted for: throws std::invalid_argument, one line, for one that is not understood, and for what is
/// damaged, with the file, the tensor and what is accepted.
ModelFile read_pytorch(const std::filesystem::path&, const std::filesystem::path& config = {});

}  // namespace lockstep
