#pragma once

#include <stdexcept>
#include <string>

namespace lockstep {

/// What a call refused with std::invalid_argument says; "accepted" where it is not refused.
template <class Call>
std::string refusal_of(Call&& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace lockstep
