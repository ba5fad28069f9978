#include <cassert>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cases/npy.h"

namespace lockstep {

template <class Real>
std::string npy_header_bytes(std::span<const std::int64_t> dims) {
  constexpr std::size_t alignment = 64, before_header = 10;
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                   std::is_same_v<Real, float> ? "<f4" : "<f8", fmt::join(dims, ", "),
                                   dims.size() == 1 ? "," : "");
  header.append((alignment - (before_header + header.size() + 1) % alignment) % alignment, ' ') += '\n';
  assert(header.size() <= std::numeric_limits<std::uint16_t>::max());
  std::string bytes = "\x93NUMPY";
  bytes += {'\1', '\0', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  return bytes + header;
}

template <class Real>
std::string npy_bytes(std::span<const std::int64_t> dims, std::span<const Real> values) {
  std::string bytes = npy_header_bytes<Real>(dims);
  const std::size_t begin = bytes.size();
  bytes.resize(begin + values.size_bytes());
  if (!values.empty()) std::memcpy(bytes.data() + begin, values.data(), values.size_bytes());
  return bytes;
}

template std::string npy_header_bytes<float>(std::span<const std::int64_t>);
template std::string npy_header_bytes<double>(std::span<const std::int64_t>);
template std::string npy_bytes(std::span<const std::int64_t>, std::span<const float>);
template std::string npy_bytes(std::span<const std::int64_t>, std::span<const double>);

}  // namespace lockstep
