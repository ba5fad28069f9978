#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cases/models.h"

namespace lockstep {

/// find_model and find_models of cases/models.h; what the models of files have to say is printed on stderr,
/// one line each.
Seed open_model(const std::string& name, std::uint64_t seed = default_seed,
                const std::filesystem::path& config = {});
std::vector<Seed> open_models(const CaseRequest&);

}  // namespace lockstep
