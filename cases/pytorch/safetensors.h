#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lockstep::pytorch {

/// A tensor of a state_dict.
struct Tensor {
  std::vector<std::int64_t> dims;
  std::string dtype;          // float32, float64, float16 or bfloat16; else as the file has it: "I64"
  std::vector<float> values;  // row-major, finite
  bool holds_floats = true;   // else there are no values here
};
/// By name, as in "lstm.weight_ih_l0".
using Tensors = std::map<std::string, Tensor>;

/// The tensors in the bytes of a .safetensors file: a header's length in 8 bytes, the header in JSON, the
/// values (github.com/huggingface/safetensors, "Format"). Throws std::invalid_argument, one line that doesn't
/// name the file: a header longer than the file or 4 MiB, no JSON, a name twice, a tensor whose bytes are not
/// those of its shape, lie outside the file or in another tensor, bytes that are none's, a value that is not
/// finite in float32. The values take at most twice the memory of the bytes.
Tensors read_safetensors(const std::string& bytes);

/// "float32, float64, ...": the types of the values that are read.
std::string float_types();

}  // namespace lockstep::pytorch
