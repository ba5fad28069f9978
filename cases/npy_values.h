#pragma once

#include <cstdint>
#include <istream>
#include <vector>

#include "cases/npy_header.h"
#include "cases/npy_types.h"

namespace lockstep {

/// The values of a .npy file in the order in which it has them, read from a stream in pieces. Takes no memory
/// but for a piece. Throws std::invalid_argument, one line: a type of values that is none of
/// cases/npy_types.h, a shape that does not fit the bytes, a value that is not finite, with its place.
template <class Real>
class NpyValues {
 public:
  /// The stream outlives it, and stands behind the header, before `size` bytes.
  NpyValues(std::istream&, NpyHeader, std::uint64_t size);

  const std::vector<std::int64_t>& dims() const { return header_.dims; }
  bool fortran_order() const { return header_.fortran_order; }
  /// The next of them, of which there are as many.
  void read(std::uint64_t count, Real* to);
  /// All of them, row-major whatever their order.
  std::vector<Real> read_all();

 private:
  std::uint64_t left() const { return count_ - done_; }  // how many are still to be read

  std::istream& in_;
  NpyHeader header_;
  const npy::Type<Real>& type_;
  std::uint64_t count_, done_ = 0;
  std::vector<char> piece_;
};

}  // namespace lockstep
