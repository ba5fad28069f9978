#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// An array of any rank, its values in C order: the last dimension varies fastest. No dimension: one value.
template <class Real>
struct Array {
  std::vector<std::int64_t> dims;
  std::vector<Real> values;
};

/// An array's name and dimensions.
struct NamedShape {
  std::string name;
  std::vector<std::int64_t> dims;
};

}  // namespace lockstep
