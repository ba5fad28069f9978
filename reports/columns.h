#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "reports/table.h"

namespace lockstep::reports {

/// A column of numbers, to the right.
inline Column number(std::string name, std::string heading, std::string unit = {}, int digits = 4) {
  return {std::move(name), std::move(heading), std::move(unit), Align::right, digits};
}
/// A column of words, or of code.
inline Column words(std::string name, std::string heading, bool code = false) {
  return {.name = std::move(name), .heading = std::move(heading), .code = code};
}
inline Cell count(std::size_t n) {
  return static_cast<std::int64_t>(n);
}

}  // namespace lockstep::reports
