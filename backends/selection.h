#pragma once

#include <string>
#include <vector>

#include "backends/registry.h"

namespace lockstep {

/// The backends to use, and the modules that gave none.
struct Selection {
  std::vector<const Backend*> backends;
  std::vector<Module> unavailable;  // each with its reason
  const Backend* fallback =
      nullptr;  // for layers that another refuses, asked for or not; null: it is missing
};

/// What computes every layer.
inline constexpr const char* default_fallback = "naive";

/// All backends of the modules, or those named in `wanted`, in that order and each once; and the fallback. Of
/// two that loaded with one name the first counts. Throws std::invalid_argument that lists the names when one
/// is unknown; the default fallback may be.
Selection select_backends(const std::vector<Module>&, const std::vector<std::string>& wanted,
                          const std::string& fallback = default_fallback);

/// One line per required backend that the selection has not, with the reason where a module gives one.
std::vector<std::string> missing_backends(const Selection&, const std::vector<std::string>& required);

/// Name and version of each backend of the selection.
std::vector<std::pair<std::string, std::string>> versions(const Selection&);

}  // namespace lockstep
