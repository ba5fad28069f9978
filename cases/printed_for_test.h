#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "backends/problem_text.h"

namespace lockstep {

/// Problems as they are printed, each field that has another value than its default in one order.
inline std::vector<std::string> printed(std::initializer_list<const char*> problems) {
  std::vector<std::string> texts;
  for (const char* one : problems) texts.push_back(to_string(parse_problem(one)));
  return texts;
}

}  // namespace lockstep
