#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace lockstep {

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Does it, and takes a refusal that is one line of some length for an answer. Anything else that is thrown
/// ends the program, which is a finding.
template <class Do>
int once(Do what) {
  constexpr std::size_t longest = 20'000;
  try {
    what();
  } catch (const std::invalid_argument& refusal) {
    const std::size_t length = std::strlen(refusal.what());
    if (length > 0 && length <= longest && std::strchr(refusal.what(), '\n') == nullptr) return 0;
    std::fprintf(stderr, "a refusal that is not one line: %s\n", refusal.what());
    std::abort();
  }
  return 0;
}

}  // namespace lockstep
