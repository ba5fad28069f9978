#pragma once

#include <cstdint>
#include <span>

namespace lockstep::gate {

/// FNV-1a over the bits of many floats, 64 bits wide.
class Digest {
 public:
  void add(std::span<const float> values) {
    for (const std::byte byte : std::as_bytes(values)) {
      value_ ^= static_cast<std::uint64_t>(byte);
      value_ *= 0x100000001b3;
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace lockstep::gate
