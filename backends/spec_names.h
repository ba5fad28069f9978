#pragma once

#include "backends/names.h"
#include "backends/spec.h"

namespace lockstep {

inline constexpr Names<Cell, 3> cell_names{{"simple_rnn", "lstm", "gru"}};
inline constexpr Names<Activation, 7> activation_names{
    {"linear", "tanh", "sigmoid", "hard_sigmoid", "relu", "softsign", "softmax"}};
inline constexpr Names<DenseStyle, 2> dense_style_names{{"flattened", "time_distributed"}};
inline constexpr Names<MaskPattern, 5> mask_pattern_names{{"none", "right", "left", "holes", "full"}};
inline constexpr Names<Pass, 2> pass_names{{"inference", "training"}};

}  // namespace lockstep
