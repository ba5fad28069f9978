#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace lockstep::keras {

/// A tensor as a file of HDF5 holds it.
struct StoredTensor {
  std::string dtype;          // of the file: float32, float64, float16 or bfloat16
  std::vector<float> values;  // row-major, finite
};

/// A file of HDF5 that lies in memory, read by the HDF5 library. What is wrong is std::invalid_argument, one
/// line: the object, what is wrong, what is accepted.
class Hdf5Image {
 public:
  /// Finds every object in it. Refuses what is no HDF5, soft and external links, groups in a circle, and more
  /// objects than any model has.
  explicit Hdf5Image(std::string bytes);
  ~Hdf5Image();
  Hdf5Image(const Hdf5Image&) = delete;
  Hdf5Image& operator=(const Hdf5Image&) = delete;

  /// By path, as in "layers/lstm/cell/vars" and "layers/lstm/cell/vars/0".
  const std::set<std::string>& groups() const { return groups_; }
  const std::set<std::string>& tensors() const { return tensors_; }

  /// A text that is an attribute of the file as a whole, of at most 4 MiB; empty where there is none such.
  std::string text_attribute(const char* name) const;
  /// The dimensions that a tensor of `tensors` says it has.
  std::vector<std::int64_t> dims_of(const std::string& tensor) const;
  /// Its values. Refuses, before memory is taken, values kept in other files or computed from other tensors,
  /// and what says that it holds more than is stored of it; then values that are not finite in float32.
  StoredTensor read(const std::string& tensor);

 private:
  void find_objects(std::int64_t group, const std::string& path, int depth);

  std::int64_t file_;
  std::uint64_t budget_;  // bytes of values that may still be read
  std::set<std::string> groups_, tensors_;
};

}  // namespace lockstep::keras
