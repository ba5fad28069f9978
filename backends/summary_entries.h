#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "backends/model_spec.h"

namespace lockstep {

/// A row of the table: a layer, be it made of layers.
struct SummaryEntry {
  struct Call {
    std::string name;
    std::vector<std::size_t> outputs;     // nodes
    std::vector<std::string> reads = {};  // as in lstm[0][0]
  };
  std::string name, type;
  std::vector<Call> calls;
  bool is_nested = false;
  std::int64_t parameters = 0, trainable = 0;
  int readers = 0;                         // other rows that read it
  std::vector<SymbolicShape> states = {};  // that it returns beside its outputs

  bool is_model() const { return is_nested && type != "Bidirectional" && type != "RNN"; }
};

/// In Keras' order, each layer once, however often it is called.
std::vector<SummaryEntry> summary_entries(const ModelSpec&, const ModelGraph&);

}  // namespace lockstep
