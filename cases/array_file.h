#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cases/array.h"
#include "cases/npy_values.h"
#include "cases/zip_archive.h"

namespace lockstep {

/// Which array of a .npz is meant by a name: the only one, or the one that is called so; or that alone.
enum class ArrayName { only_or_this, this_alone };

/// An array in a file of NumPy, read in pieces along its first dimension, so that it need not fit into
/// memory; only one that is stored in Fortran order is read as a whole. Throws std::invalid_argument, one
/// line: the file, what is wrong, what is accepted.
class ArrayFile {
 public:
  /// A .npy file or, by its suffix, a .npz file, in which the array is the only one or the one that is called
  /// `name`, as it is said to be `named_by`: "the model's input".
  ArrayFile(std::filesystem::path, std::string_view name, std::string_view named_by,
            ArrayName = ArrayName::only_or_this);

  const std::vector<std::int64_t>& dims() const { return values_->dims(); }
  const std::filesystem::path& path() const { return path_; }
  /// What it is called in a .npz file; empty: it is of a .npy file.
  const std::string& name() const { return name_; }
  /// The next `count` of the first dimension, of which there are as many, row-major.
  void read(std::int64_t count, float* to);
  /// All values that are left.
  std::vector<float> read_all();

 private:
  void open(std::string_view name, std::string_view named_by, ArrayName);

  std::filesystem::path path_;
  std::string name_;
  zip::Archive archive_;  // of a .npz, which outlives its stream
  std::unique_ptr<std::istream> in_;
  std::optional<NpyValues<float>> values_;
  std::vector<float> whole_;  // of an array in Fortran order
  std::size_t taken_ = 0;     // of it
};

/// All of it.
Array<float> read_array(ArrayFile&);

}  // namespace lockstep
