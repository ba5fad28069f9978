#pragma once

#include <cstdint>
#include <istream>
#include <span>
#include <string>

#include "cases/array.h"

namespace lockstep {

/// The array in a .npy file of NumPy, format 1.0 to 3.0, little-endian: f4, f8, i1 to i8, u1 to u8 and bool,
/// as numbers of type Real, in C or Fortran order; from a stream of `size` bytes, of which all are read.
/// Nothing is allocated before the file is known to be as long as it says. Throws std::invalid_argument, one
/// line that does not name the file: what is wrong, what is accepted; so for a value that is not finite, with
/// its place.
template <class Real>
Array<Real> read_npy(std::istream&, std::uint64_t size);
/// The same of those dimensions alone: no value of another array is read, nor is there room made for it.
template <class Real>
Array<Real> read_npy(std::istream&, std::uint64_t size, std::span<const std::int64_t> dims);

/// The bytes of a .npy file, format 1.0, in C order.
template <class Real>
std::string npy_bytes(std::span<const std::int64_t> dims, std::span<const Real> values);
/// Those of them that stand before the values.
template <class Real>
std::string npy_header_bytes(std::span<const std::int64_t> dims);

}  // namespace lockstep
