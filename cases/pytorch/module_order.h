#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cases/pytorch/modules.h"

namespace lockstep::pytorch {

/// The order in which a forward() may call the modules, each on what the one before it returns: positions in
/// `modules`. The file cannot tell: safetensors.torch.save_file sorts by name. So it is the one in which
/// every module reads as many features as the one before it returns, names that differ in their numbers alone
/// go by those, and, where that leaves more than one, recurrent modules come before linear ones. Throws
/// std::invalid_argument where that leaves none or more than one.
std::vector<std::size_t> order_of(const std::vector<Module>& modules);

/// The first of them as an error shows them: "fc" (4 to 2), with what they read and return.
std::string listed(const std::vector<Module>&);

}  // namespace lockstep::pytorch
