#pragma once

#include <string>

#include "bench/manual/manual.h"

namespace lockstep {

/// A man page of section 1, in the macros of man(7).
std::string man_page(const Manual&, const std::string& version);

}  // namespace lockstep
