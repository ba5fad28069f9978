#pragma once

#include <stdexcept>

#include "backends/spec.h"

namespace lockstep {

/// An activation as a type, for code that is compiled once per activation.
template <Activation value>
struct ActivationTag {
  static constexpr Activation activation = value;
};

/// Calls `use` with the tag of an elementwise activation and returns what it returns; softmax throws.
template <class Use>
auto with_elementwise(Activation activation, Use&& use) {
  switch (activation) {
    case Activation::linear:
      return use(ActivationTag<Activation::linear>{});
    case Activation::tanh:
      return use(ActivationTag<Activation::tanh>{});
    case Activation::sigmoid:
      return use(ActivationTag<Activation::sigmoid>{});
    case Activation::hard_sigmoid:
      return use(ActivationTag<Activation::hard_sigmoid>{});
    case Activation::relu:
      return use(ActivationTag<Activation::relu>{});
    case Activation::softsign:
      return use(ActivationTag<Activation::softsign>{});
    case Activation::softmax:
      break;
  }
  throw std::invalid_argument("softmax is not elementwise");
}

}  // namespace lockstep
