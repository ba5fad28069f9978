#include "cases/npy.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cases/npy_header.h"
#include "cases/npy_values.h"

namespace lockstep {
namespace {

/// What follows the header, in `size` bytes.
template <class Real>
Array<Real> read_array(std::istream& in, NpyHeader header, std::uint64_t size) {
  NpyValues<Real> values(in, std::move(header), size);
  return {values.dims(), values.read_all()};
}

}  // namespace

template <class Real>
Array<Real> read_npy(std::istream& in, std::uint64_t size) {
  NpyHeader header = read_npy_header(in, size);
  return read_array<Real>(in, std::move(header), size);
}

template <class Real>
Array<Real> read_npy(std::istream& in, std::uint64_t size, std::span<const std::int64_t> dims) {
  NpyHeader header = read_npy_header(in, size);
  if (!std::equal(dims.begin(), dims.end(), header.dims.begin(), header.dims.end()))
    throw std::invalid_argument(fmt::format("has the shape ({}): accepted is ({})",
                                            fmt::join(header.dims, ", "), fmt::join(dims, ", ")));
  return read_array<Real>(in, std::move(header), size);
}

template Array<float> read_npy(std::istream&, std::uint64_t);
template Array<double> read_npy(std::istream&, std::uint64_t);
template Array<float> read_npy(std::istream&, std::uint64_t, std::span<const std::int64_t>);
template Array<double> read_npy(std::istream&, std::uint64_t, std::span<const std::int64_t>);

}  // namespace lockstep
