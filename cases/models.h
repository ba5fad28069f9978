#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cases/request.h"
#include "cases/seeds.h"

namespace lockstep {

/// What MODEL may be on a command line, for help and for error messages.
std::string model_names();

/// The model that a text names: one of find_seed's, or that of a file (cases/model_file.h), which is run
/// on random inputs; `config` is read_model_file's. Throws std::invalid_argument, one line: a name that none
/// has, a file that is refused.
Seed find_model(const std::string& name, std::uint64_t seed = default_seed,
                const std::filesystem::path& config = {});

/// The number of time steps of a model that shapes values of all of them, and so takes no other; 1 of a model
/// of vectors alone; else none.
std::optional<std::int64_t> only_length(const ModelSpec&);

/// The model on so many samples of so many time steps, in one batch, whatever its leading Input says; those
/// of the same length take as many, others keep theirs. Throws std::invalid_argument where the model takes
/// vectors alone, of which there is one time step.
Seed in_size(Seed, std::int64_t batch, std::int64_t time_steps);

/// The models of a request. Those of files come once for each of its B and T, where it has some: their layers
/// take any number of time steps, whatever their Input says.
std::vector<Seed> find_models(const CaseRequest&);

}  // namespace lockstep
