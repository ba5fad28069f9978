#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "cases/file_bytes.h"

/// How much a model's file may hold: beyond, it is refused before memory is taken.
namespace lockstep::keras {

inline constexpr std::uint64_t largest_text = 4 * mebibyte;  // a config
inline constexpr std::uint64_t most_compressed = 8;          // bytes of weights from one that is stored

inline constexpr std::size_t most_read = 1000;  // tensors that one layer joins

/// Bytes of all values in a file of that many.
constexpr std::uint64_t largest_values(std::uint64_t file_size) {
  return std::max(64 * mebibyte, 4 * file_size);
}

/// Bytes of the weights of further calls of layers, in a model with so many.
constexpr std::uint64_t largest_copies(std::uint64_t weights) {
  return std::max(128 * mebibyte, 4 * weights);
}

}  // namespace lockstep::keras
