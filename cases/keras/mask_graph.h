#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cases/fields.h"
#include "cases/keras/inbound.h"

namespace lockstep::keras {

/// Which steps count: those of which not all features are the value.
struct StepMask {
  std::string of;  // the call of a layer whose features they are
  double value = 0;
};

/// The operations by which a Functional of Keras 3 makes the masks that its layers are called with: that of a
/// Masking (keras/src/layers/core/masking.py), and what merges make of those of their inputs
/// (compute_mask in keras/src/layers/merging).
class MaskGraph {
 public:
  /// Whether a layer is such an operation, by its "module" and "class_name".
  static bool has(const Json& layer);

  /// By which a tensor is known that a call of a layer returned.
  using NameOf = std::function<std::string(const TensorRead&)>;
  /// Takes "config" and "inbound_nodes". Throws std::invalid_argument for what no mask is made by, and a name
  /// that is there already.
  void add(const std::string& name, Fields& wrapper, const NameOf&);

  /// What an operation comes to where it is the mask of one Masking, however often that is joined with
  /// itself. Throws std::invalid_argument where it is another, with the layer that is called with it.
  StepMask mask_of(const std::string& name, const std::string& layer) const;

 private:
  enum class Kind { not_equal, any, logical_or, expand_dims, zeros_like, ones_like, concatenate };
  struct Operation {
    Kind kind = Kind::any;
    std::vector<std::string> reads;
    double value = 0;  // of not_equal
  };
  class Evaluation;
  static const std::map<std::string, Kind>& kinds();

  std::map<std::string, Operation> operations_;
};

}  // namespace lockstep::keras
