#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include "backends/in_quotes.h"

/// The types of values that are read from .npy files.
namespace lockstep::npy {

/// By numpy's name, and the bytes of one value.
template <class Real>
struct Type {
  std::string_view name;
  std::size_t size;
  void (*convert)(const char* from, std::size_t count, Real* to);
};

template <class Stored, class Real>
void convert(const char* from, std::size_t count, Real* to) {
  for (std::size_t i = 0; i < count; ++i) {
    std::conditional_t<std::is_same_v<Stored, bool>, std::uint8_t, Stored> value;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    to[i] = std::is_same_v<Stored, bool> ? static_cast<Real>(value != 0) : static_cast<Real>(value);
  }
}

template <class Stored, class Real>
constexpr Type<Real> type(std::string_view name) {
  return {name, sizeof(Stored), &convert<Stored, Real>};
}

template <class Real>
constexpr std::array<Type<Real>, 11> types = {
    type<float, Real>("<f4"),         type<double, Real>("<f8"),        type<std::int8_t, Real>("|i1"),
    type<std::int16_t, Real>("<i2"),  type<std::int32_t, Real>("<i4"),  type<std::int64_t, Real>("<i8"),
    type<std::uint8_t, Real>("|u1"),  type<std::uint16_t, Real>("<u2"), type<std::uint32_t, Real>("<u4"),
    type<std::uint64_t, Real>("<u8"), type<bool, Real>("|b1")};

/// Throws std::invalid_argument that lists the types.
template <class Real>
const Type<Real>& find_type(const std::string& name) {
  std::string accepted;
  for (const auto& one : types<Real>) {
    if (one.name == name) return one;
    (accepted += accepted.empty() ? "" : ", ") += one.name;
  }
  throw std::invalid_argument(
      fmt::format("values of the type {}: accepted are {}", in_quotes(name), accepted));
}

}  // namespace lockstep::npy
