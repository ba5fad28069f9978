#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cases/keras/hdf5_image.h"

namespace lockstep::keras {

/// All that a file of HDF5 holds, by path.
struct Hdf5Content {
  struct Tensor {
    std::vector<std::int64_t> dims;
    StoredTensor stored;  // no values where they are not wanted, or are refused
    std::string refusal;  // why; else empty
  };
  std::set<std::string> groups;
  std::map<std::string, Tensor> tensors;
  std::string model_config, keras_version;  // attributes of the file; empty where it has none
};

/// Reads the bytes of a file in a process of its own, limited in time and memory: the HDF5 library crashes on
/// some damaged files, and loops on others. `is_wanted`: whether the values of a tensor are. Throws
/// std::invalid_argument, one line, for what Hdf5Image refuses, and where the library fails.
Hdf5Content read_hdf5(std::string bytes, bool (*is_wanted)(const std::string& path));

}  // namespace lockstep::keras
