#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// Of a file, and of what an array is called in a .npz.
inline constexpr std::string_view npy_suffix = ".npy";

/// What a .npy file says of its values: numpy/lib/format.py.
struct NpyHeader {
  std::string type;            // numpy's descr, as in "<f4"
  bool fortran_order = false;  // the first dimension varies fastest
  std::vector<std::int64_t> dims;
};

/// From the Python dict that a .npy file begins with, as in {'descr': '<f4', 'fortran_order': False, 'shape':
/// (3, 4), }: these three keys, each once, in any order. Throws std::invalid_argument that says what is
/// wrong and what is accepted.
NpyHeader parse_npy_header(std::string_view dict);

/// The header of a .npy file of `size` bytes, which become those behind it. Throws as above.
NpyHeader read_npy_header(std::istream&, std::uint64_t& size);

}  // namespace lockstep
