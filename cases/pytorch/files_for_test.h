#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cases/files_for_test.h"
#include "cases/pytorch/safetensors.h"

namespace lockstep::pytorch {

/// A .safetensors file by its header, whatever that says, and the bytes behind it.
inline std::string safetensors_for_test(const std::string& header, const std::string& data) {
  return bytes_of(std::vector<std::uint64_t>{header.size()}) + header + data;
}

/// A tensor of float32 halves.
inline Tensor tensor_for_test(const std::vector<std::int64_t>& dims) {
  std::size_t count = 1;
  for (const std::int64_t size : dims) count *= static_cast<std::size_t>(size);
  return {dims, "float32", std::vector<float>(count, 0.5F)};
}

/// The tensors of nn.LSTM, nn.GRU or nn.RNN by the number of gates, of one layer and direction.
inline void add_recurrent_for_test(Tensors& tensors, const std::string& name, std::int64_t gates,
                                   std::int64_t features, std::int64_t units) {
  tensors[name + ".weight_ih_l0"] = tensor_for_test({gates * units, features});
  tensors[name + ".weight_hh_l0"] = tensor_for_test({gates * units, units});
  tensors[name + ".bias_ih_l0"] = tensors[name + ".bias_hh_l0"] = tensor_for_test({gates * units});
}
inline void add_linear_for_test(Tensors& tensors, const std::string& name, std::int64_t features,
                                std::int64_t units) {
  tensors[name + ".weight"] = tensor_for_test({units, features});
  tensors[name + ".bias"] = tensor_for_test({units});
}

}  // namespace lockstep::pytorch
