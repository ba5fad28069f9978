#include "cases/npy_values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

namespace lockstep {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

constexpr std::uint64_t at_once = 1 << 16;  // values of a piece

std::uint64_t count_of(const NpyHeader& header, std::size_t value_size, std::uint64_t bytes) {
  std::uint64_t count = 1;
  bool overflows = false;
  for (const std::int64_t dim : header.dims)
    overflows = __builtin_mul_overflow(count, static_cast<std::uint64_t>(dim), &count) || overflows;
  std::uint64_t wanted = 0;
  overflows = __builtin_mul_overflow(count, value_size, &wanted) || overflows;
  if (overflows || wanted != bytes)
    throw std::invalid_argument(
        fmt::format("the shape ({}) of {} does not fit the {} bytes of values: "
                    "accepted are as many bytes as the shape takes",
                    fmt::join(header.dims, ", "), in_quotes(header.type), bytes));
  return count;
}

/// The index of the element at a place in the file.
std::vector<std::uint64_t> index_of(std::uint64_t place, const NpyHeader& header) {
  const std::size_t rank = header.dims.size();
  std::vector<std::uint64_t> index(rank);
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t axis = header.fortran_order ? i : rank - 1 - i;
    index[axis] = place % static_cast<std::uint64_t>(header.dims[axis]);
    place /= static_cast<std::uint64_t>(header.dims[axis]);
  }
  return index;
}

template <class Real>
std::vector<Real> from_fortran_order(const std::vector<Real>& stored, const std::vector<std::int64_t>& dims) {
  std::vector<Real> values;
  values.reserve(stored.size());
  std::vector<std::int64_t> index(dims.size());
  while (values.size() < stored.size()) {
    std::int64_t from = 0;
    for (std::size_t axis = dims.size(); axis-- > 0;) from = from * dims[axis] + index[axis];
    values.push_back(stored[static_cast<std::size_t>(from)]);
    for (std::size_t axis = dims.size(); axis-- > 0 && ++index[axis] == dims[axis];) index[axis] = 0;
  }
  return values;
}

}  // namespace

template <class Real>
NpyValues<Real>::NpyValues(std::istream& in, NpyHeader header, std::uint64_t size)
    : in_(in),
      header_(std::move(header)),
      type_(npy::find_type<Real>(header_.type)),
      count_(count_of(header_, type_.size, size)),
      piece_(std::min(at_once, count_) * type_.size) {}

template <class Real>
void NpyValues<Real>::read(std::uint64_t count, Real* to) {
  for (const std::uint64_t end = done_ + count; done_ < end;) {
    const std::uint64_t n = std::min(at_once, end - done_);
    if (!in_.read(piece_.data(), static_cast<std::streamsize>(n * type_.size)))
      throw std::invalid_argument("ends early or cannot be read");
    type_.convert(piece_.data(), n, to);
    const Real* odd = std::find_if_not(to, to + n, [](Real value) { return std::isfinite(value); });
    if (odd != to + n)
      throw std::invalid_argument(
          fmt::format("the value at ({}) is {}: accepted are finite numbers of up to {:.2g}",
                      fmt::join(index_of(done_ + static_cast<std::uint64_t>(odd - to), header_), ", "), *odd,
                      std::numeric_limits<Real>::max()));
    to += n;
    done_ += n;
  }
  if (left() == 0) in_.peek();  // of a zip archive: checks the sum
}

template <class Real>
std::vector<Real> NpyValues<Real>::read_all() {
  std::vector<Real> values(left());
  read(values.size(), values.data());
  return header_.fortran_order ? from_fortran_order(values, header_.dims) : values;
}

template class NpyValues<float>;
template class NpyValues<double>;

}  // namespace lockstep
