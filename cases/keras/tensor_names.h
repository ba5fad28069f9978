#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace lockstep::keras {

/// The names by which the layers of a model read each other's tensors. What holds no node of its own is read
/// as another: an Input of a model within the model as what that is called with, a model as its output.
class TensorNames {
 public:
  /// Of a tensor that a layer returns: the first by the layer's own name.
  static std::string of(const std::string& layer, std::size_t number);

  /// Throws std::invalid_argument where the name is another's, too.
  void read_as(const std::string& name, const std::string& other);
  /// What to say of a tensor where nothing returns it.
  void refuse(const std::string& name, const std::string& refusal) { refusals_.emplace(name, refusal); }
  bool is_read_as_another(const std::string& name) const { return others_.contains(name); }
  /// Throws std::invalid_argument where it is.
  void check_own(const std::string& name) const;

  /// The node that is read by this name in the end. Throws std::invalid_argument in a circle, and what
  /// `refuse` was told.
  std::string resolved(std::string name) const;

 private:
  std::map<std::string, std::string> others_, refusals_;
};

}  // namespace lockstep::keras
