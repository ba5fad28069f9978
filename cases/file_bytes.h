#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace lockstep {

inline constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;
/// A model's file, of whatever program: more than any recurrent model has.
inline constexpr std::uint64_t largest_file = 4096 * mebibyte;

/// All bytes of a file. Throws std::invalid_argument, one line that doesn't name it: there is none, it has
/// more than `most` bytes, or cannot be read; `accepted` says what would be.
std::string bytes_of_file(const std::filesystem::path&, std::uint64_t most, const char* accepted);

}  // namespace lockstep
