#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "backends/onnxruntime/api.h"

namespace lockstep::onnxruntime {

/// Floats of a graph.
struct Tensor {
  std::string name;
  std::vector<std::int64_t> dims;
  std::int64_t size() const;
};
struct Constant {
  Tensor tensor;
  std::vector<float> values;
};
using AttributeValue =
    std::variant<std::int64_t, float, std::string, std::vector<float>, std::vector<std::string>>;
/// A call of an operator of ONNX; an input or output that is not used has no name.
struct Node {
  std::string operator_name;
  std::vector<std::string> inputs, outputs;
  std::vector<std::pair<std::string, AttributeValue>> attributes;
};
struct Graph {
  std::vector<Tensor> inputs, outputs;
  std::vector<Constant> constants;
  std::vector<Node> nodes;  // in the order of computing
};

/// A graph made ready by the library, with so many threads of its own, and where it reads and writes.
class Session {
 public:
  /// Throws std::runtime_error with the library's message.
  Session(const Graph&, int threads);
  /// Where an input or output of the graph is, from now on; `data` is the caller's.
  void read_from(std::size_t input, const float* data);
  void write_to(std::size_t output, float* data);
  /// All inputs and outputs were given a place before.
  void run();

 private:
  struct Place {
    Tensor tensor;
    const float* data = nullptr;
  };

  MemoryInfo memory_;
  std::vector<Place> inputs_, outputs_;
  OwnedSession session_;
  IoBinding binding_;
};

}  // namespace lockstep::onnxruntime
