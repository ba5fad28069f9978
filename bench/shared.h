#pragma once

#include <memory>

namespace lockstep {

/// What rows have in common: made when one of them needs it, gone with the last that keeps it.
template <class T>
class Shared {
 public:
  /// `make` returns a std::shared_ptr.
  template <class Make>
  std::shared_ptr<const T> get(Make make) {
    auto there = kept_.lock();
    if (there == nullptr) kept_ = there = make();
    return there;
  }

 private:
  std::weak_ptr<const T> kept_;
};

}  // namespace lockstep
