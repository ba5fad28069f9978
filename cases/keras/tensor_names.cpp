#include "cases/keras/tensor_names.h"

#include <stdexcept>

#include <fmt/format.h>

namespace lockstep::keras {
namespace {

[[noreturn]] void refuse_twice(const std::string& name) {
  throw std::invalid_argument(
      fmt::format("layer \"{}\": the name is used twice: each layer takes its own", name));
}

}  // namespace

std::string TensorNames::of(const std::string& layer, std::size_t number) {
  return number == 0 ? layer : fmt::format("{}[{}]", layer, number);
}

void TensorNames::read_as(const std::string& name, const std::string& other) {
  if (!others_.emplace(name, other).second) refuse_twice(name);
}

void TensorNames::check_own(const std::string& name) const {
  if (is_read_as_another(name)) refuse_twice(name);
}

std::string TensorNames::resolved(std::string name) const {
  for (std::size_t i = 0; i <= others_.size(); ++i) {
    const auto found = others_.find(name);
    if (found == others_.end()) {
      if (const auto refusal = refusals_.find(name); refusal != refusals_.end())
        throw std::invalid_argument(refusal->second);
      return name;
    }
    name = found->second;
  }
  throw std::invalid_argument(fmt::format(
      "layer \"{}\": reads from itself through a cycle: a model is a graph without cycles", name));
}

}  // namespace lockstep::keras
