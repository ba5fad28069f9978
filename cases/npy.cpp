#include "cases/npy.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "cases/npy_header.h"
#include "cases/npy_types.h"

namespace lockstep {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::uint64_t longest_header = 1 << 16;

std::string read_bytes(std::istream& in, std::uint64_t count) {
  std::string bytes(count, '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(count)))
    throw std::invalid_argument("ends early or cannot be read");
  return bytes;
}

/// The header, and what is left of `size` after it.
NpyHeader read_header(std::istream& in, std::uint64_t& size) {
  const auto take = [&](std::uint64_t count) {
    if (count > size) throw std::invalid_argument("ends in its header: accepted is a whole .npy file");
    size -= count;
    return read_bytes(in, count);
  };
  if (size < magic.size() + 2 || read_bytes(in, magic.size()) != magic)
    throw std::invalid_argument("is no .npy file of NumPy: accepted are those of numpy.save");
  size -= magic.size();
  const std::string version = take(2);
  if (version[0] < 1 || version[0] > 3 || version[1] != 0)
    throw std::invalid_argument(fmt::format("has the format {}.{}: accepted are 1.0, 2.0 and 3.0",
                                            static_cast<unsigned char>(version[0]),
                                            static_cast<unsigned char>(version[1])));
  const std::string length_bytes = take(version[0] == 1 ? 2 : 4);
  std::uint64_t length = 0;
  std::memcpy(&length, length_bytes.data(), length_bytes.size());
  if (length > longest_header)
    throw std::invalid_argument(
        fmt::format("has a header of {} bytes: accepted are up to {}", length, longest_header));
  return parse_npy_header(take(length));
}

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

template <class Real>
std::vector<Real> read_values(std::istream& in, const npy::Type<Real>& type, std::uint64_t count) {
  constexpr std::uint64_t at_once = 1 << 16;
  std::vector<Real> values(count);
  std::vector<char> chunk(std::min(at_once, count) * type.size);
  for (std::uint64_t done = 0; done < count;) {
    const std::uint64_t n = std::min(at_once, count - done);
    if (!in.read(chunk.data(), static_cast<std::streamsize>(n * type.size)))
      throw std::invalid_argument("ends early or cannot be read");
    type.convert(chunk.data(), n, values.data() + done);
    done += n;
  }
  return values;
}

/// The index of the element at a place in C order.
std::vector<std::uint64_t> index_of(std::uint64_t place, const std::vector<std::int64_t>& dims) {
  std::vector<std::uint64_t> index(dims.size());
  for (std::size_t axis = dims.size(); axis-- > 0;) {
    index[axis] = place % static_cast<std::uint64_t>(dims[axis]);
    place /= static_cast<std::uint64_t>(dims[axis]);
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

/// What follows the header, in `size` bytes.
template <class Real>
Array<Real> read_array(std::istream& in, NpyHeader header, std::uint64_t size) {
  const npy::Type<Real>& type = npy::find_type<Real>(header.type);
  Array<Real> array;
  array.values = read_values(in, type, count_of(header, type.size, size));
  array.dims = std::move(header.dims);
  if (header.fortran_order) array.values = from_fortran_order(array.values, array.dims);
  for (std::size_t i = 0; i < array.values.size(); ++i)
    if (!std::isfinite(array.values[i]))
      throw std::invalid_argument(fmt::format(
          "the value at ({}) is {}: accepted are finite numbers of up to {:.2g}",
          fmt::join(index_of(i, array.dims), ", "), array.values[i], std::numeric_limits<Real>::max()));
  return array;
}

}  // namespace

template <class Real>
Array<Real> read_npy(std::istream& in, std::uint64_t size) {
  NpyHeader header = read_header(in, size);
  return read_array<Real>(in, std::move(header), size);
}

template <class Real>
Array<Real> read_npy(std::istream& in, std::uint64_t size, std::span<const std::int64_t> dims) {
  NpyHeader header = read_header(in, size);
  if (!std::equal(dims.begin(), dims.end(), header.dims.begin(), header.dims.end()))
    throw std::invalid_argument(fmt::format("has the shape ({}): accepted is ({})",
                                            fmt::join(header.dims, ", "), fmt::join(dims, ", ")));
  return read_array<Real>(in, std::move(header), size);
}

template <class Real>
Array<Real> read_npy(const std::filesystem::path& path) {
  std::error_code error;
  std::ifstream in;
  if (std::filesystem::is_regular_file(path, error)) in.open(path, std::ios::binary);
  const auto size = std::filesystem::file_size(path, error);
  if (!in.is_open() || error)
    throw std::invalid_argument(
        fmt::format("{}: cannot be read: accepted are .npy files", in_quotes(path.string())));
  try {
    return read_npy<Real>(in, size);
  } catch (const std::invalid_argument& why) {
    throw std::invalid_argument(fmt::format("{}: {}", in_quotes(path.string()), why.what()));
  }
}

template Array<float> read_npy(const std::filesystem::path&);
template Array<double> read_npy(const std::filesystem::path&);
template Array<float> read_npy(std::istream&, std::uint64_t);
template Array<double> read_npy(std::istream&, std::uint64_t);
template Array<float> read_npy(std::istream&, std::uint64_t, std::span<const std::int64_t>);
template Array<double> read_npy(std::istream&, std::uint64_t, std::span<const std::int64_t>);

}  // namespace lockstep
