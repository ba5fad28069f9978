#include <mutex>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "backends/isa.h"
#include "cases/library/lockstep.h"
#include "cases/library/prepared_model.h"
#include "cases/library/stream.h"
#include "cases/model_file.h"
#include "cases/models.h"

namespace lockstep {

struct LoadedModel::Implementation {
  Seed file;
  SymbolicShape input;  // what its Input takes
};

LoadedModel::LoadedModel(std::shared_ptr<const Implementation> implementation)
    : implementation_(std::move(implementation)) {}

LoadedModel load(const std::filesystem::path& file, const std::filesystem::path& config) {
  if (const char* why = missing_isa()) throw std::runtime_error(fmt::format("lockstep is {}", why));
  if (!names_model_file(file.string()))
    throw std::invalid_argument(fmt::format("{}: accepted is {}", in_quotes(file.string()), model_files));
  static std::mutex one_at_a_time;  // for HDF5, which many a system has without its option for threads
  const std::scoped_lock lock(one_at_a_time);
  LoadedModel::Implementation loaded{find_model(file.string(), default_seed, config), {}};
  const ModelGraph graph = resolve(loaded.file.model);
  loaded.input = graph.returns[graph.input];
  return LoadedModel(std::make_shared<const LoadedModel::Implementation>(std::move(loaded)));
}

std::int64_t LoadedModel::features() const {
  return implementation_->input.features;
}
std::int64_t LoadedModel::time_steps() const {
  return implementation_->input.time_steps.value_or(0);
}
const std::vector<std::string>& LoadedModel::outputs() const {
  return implementation_->file.model.outputs;
}
const std::vector<std::string>& LoadedModel::notices() const {
  return implementation_->file.notices;
}

PreparedModel LoadedModel::prepare(const PrepareOptions& options) const {
  PrepareOptions whole = options;
  if (whole.time_steps == 0) whole.time_steps = time_steps();
  if (whole.time_steps == 0)
    throw std::invalid_argument(fmt::format(
        "{}: time_steps is 0: accepted are 1 or more, as the model's Input has no number of its own",
        implementation_->file.name));
  return PreparedModel(
      std::make_unique<PreparedModel::Implementation>(implementation_->file.model, features(), whole));
}

Stream LoadedModel::stream(const PrepareOptions& options) const {
  PrepareOptions piece = options;
  if (piece.time_steps == 0) piece.time_steps = 1;
  if (const std::string why = why_not_in_steps(implementation_->file.model); !why.empty())
    throw std::invalid_argument(fmt::format("{}: no stream of it: {}", implementation_->file.name, why));
  const Seed sized = in_size(implementation_->file, piece.batch, piece.time_steps);
  return Stream(std::make_unique<Stream::Implementation>(sized.model, features(), piece));
}

}  // namespace lockstep
