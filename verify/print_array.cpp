#include "verify/print_array.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace lockstep {
namespace {

constexpr std::int64_t most_elements = 1000, edge = 3;

/// The indices of an axis that are shown; -1 stands for those left out.
std::vector<std::int64_t> shown(std::int64_t size, bool all) {
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < size; ++i) {
    if (all || size <= 2 * edge || i < edge || i >= size - edge)
      indices.push_back(i);
    else if (i == edge)
      indices.push_back(-1);
  }
  return indices;
}

/// "[" parts "]" with the separator between them.
template <class Print>
std::string bracketed(const std::vector<std::int64_t>& indices, const std::string& separator,
                      const std::string& gap, Print print) {
  std::string text = "[";
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (i > 0) text += separator;
    text += indices[i] < 0 ? gap : print(indices[i]);
  }
  return text + "]";
}

}  // namespace

std::string print_array(const SequenceView<const float>& array) {
  const auto [batch, time_steps, features] = array.dims;
  const bool all = batch * time_steps * features <= most_elements;
  return bracketed(shown(batch, all), "\n\n ", "...", [&](std::int64_t b) {
    return bracketed(shown(time_steps, all), "\n  ", "...", [&](std::int64_t t) {
      return bracketed(shown(features, all), " ", "...",
                       [&](std::int64_t j) { return fmt::format("{: .8f}", array(b, t, j)); });
    });
  });
}

}  // namespace lockstep
