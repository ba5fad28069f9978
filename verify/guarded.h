#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include "cases/data.h"

namespace lockstep {

/// An output buffer between two guard zones, filled with NaN: what a layer does not write stays NaN, and what
/// it writes outside shows in the guards.
class GuardedBuffer {
 public:
  GuardedBuffer() = default;
  explicit GuardedBuffer(std::int64_t size) : size_(size), memory_(size > 0 ? size + 2 * guard : 0) {
    refill();
  }

  float* data() const { return size_ > 0 ? memory_.data() + guard : nullptr; }
  std::int64_t size() const { return size_; }
  float* begin() const { return data(); }
  float* end() const { return data() + size_; }
  void refill() {
    std::fill(memory_.begin(), memory_.end(), pattern);
    std::fill_n(data(), size_, std::numeric_limits<float>::quiet_NaN());
  }
  bool guards_are_whole() const {
    const auto whole = [](float x) {
      return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(pattern);
    };
    return size_ == 0 || (std::all_of(memory_.begin(), memory_.begin() + guard, whole) &&
                          std::all_of(memory_.end() - guard, memory_.end(), whole));
  }

 private:
  static constexpr std::int64_t guard = 64;
  static constexpr float pattern = -123456.789F;
  std::int64_t size_ = 0;
  Buffer<float> memory_;
};

/// The outputs of one run, guarded.
using GuardedOutputs = Outputs<GuardedBuffer>;
inline bool guards_are_whole(const GuardedOutputs& outputs) {
  return outputs.output.guards_are_whole() && outputs.final_h.guards_are_whole() &&
         outputs.final_c.guards_are_whole();
}

}  // namespace lockstep
