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
namespace {

std::int64_t own_time_steps(const SymbolicShape& input) {
  return input.sequence ? input.time_steps.value_or(0) : 1;
}

}  // namespace

struct LoadedModel::Implementation {
  Seed file;
  std::vector<std::string> names;     // of its Inputs
  std::vector<SymbolicShape> inputs;  // what they take
  SymbolicShape leading;              // of these the one that PrepareOptions::time_steps are of
};

LoadedModel::LoadedModel(std::shared_ptr<const Implementation> implementation)
    : implementation_(std::move(implementation)) {}

LoadedModel load(const std::filesystem::path& file, const std::filesystem::path& config) {
  if (const char* why = missing_isa()) throw std::runtime_error(fmt::format("lockstep is {}", why));
  if (!names_model_file(file.string()))
    throw std::invalid_argument(fmt::format("{}: accepted is {}", in_quotes(file.string()), model_files));
  static std::mutex one_at_a_time;  // for HDF5, which many a system has without its option for threads
  const std::scoped_lock lock(one_at_a_time);
  LoadedModel::Implementation loaded{find_model(file.string(), default_seed, config), {}, {}, {}};
  const ModelGraph graph = resolve(loaded.file.model);
  for (const std::size_t node : graph.inputs) {
    loaded.names.push_back(loaded.file.model.nodes[node].name);
    loaded.inputs.push_back(graph.returns[node]);
  }
  loaded.leading = graph.leading_input();
  return LoadedModel(std::make_shared<const LoadedModel::Implementation>(std::move(loaded)));
}

const std::vector<std::string>& LoadedModel::inputs() const {
  return implementation_->names;
}
std::int64_t LoadedModel::features(std::size_t input) const {
  return implementation_->inputs.at(input).features;
}
std::int64_t LoadedModel::time_steps(std::size_t input) const {
  return own_time_steps(implementation_->inputs.at(input));
}
const std::vector<std::string>& LoadedModel::outputs() const {
  return implementation_->file.model.outputs;
}
const std::vector<std::string>& LoadedModel::notices() const {
  return implementation_->file.notices;
}

void LoadedModel::check_made_of_this(const std::weak_ptr<const void>& model) const {
  if (model.owner_before(implementation_) || implementation_.owner_before(model))
    throw std::invalid_argument(
        fmt::format("{}: another one of what was made of another model: accepted is "
                    "one that this model was asked for",
                    implementation_->file.name));
}

PreparedModel LoadedModel::another(const PreparedModel& alike) const {
  check_made_of_this(alike.implementation_->made_of);
  return prepare(alike.implementation_->options, &alike);
}

Stream LoadedModel::another(const Stream& alike) const {
  check_made_of_this(alike.implementation_->made_of);
  return stream(alike.implementation_->options, &alike);
}

PreparedModel LoadedModel::prepare(const PrepareOptions& options) const {
  return prepare(options, nullptr);
}

PreparedModel LoadedModel::prepare(const PrepareOptions& options, const PreparedModel* alike) const {
  PrepareOptions whole = options;
  if (whole.time_steps == 0) whole.time_steps = own_time_steps(implementation_->leading);
  if (whole.time_steps == 0)
    throw std::invalid_argument(fmt::format(
        "{}: time_steps is 0: accepted are 1 or more, as the model's Input has no number of its own",
        implementation_->file.name));
  return PreparedModel(std::make_unique<PreparedModel::Implementation>(
      implementation_, implementation_->file.model, implementation_->leading.features, whole,
      alike == nullptr ? nullptr : alike->implementation_.get()));
}

Stream LoadedModel::stream(const PrepareOptions& options) const {
  return stream(options, nullptr);
}

Stream LoadedModel::stream(const PrepareOptions& options, const Stream* alike) const {
  PrepareOptions piece = options;
  if (piece.time_steps == 0) piece.time_steps = 1;
  if (const std::string why = why_not_in_steps(implementation_->file.model); !why.empty())
    throw std::invalid_argument(fmt::format("{}: no stream of it: {}", implementation_->file.name, why));
  const Seed sized = in_size(implementation_->file, piece.batch, piece.time_steps);
  return Stream(std::make_unique<Stream::Implementation>(
      implementation_, sized.model, implementation_->leading.features, piece,
      alike == nullptr ? nullptr : alike->implementation_.get()));
}

}  // namespace lockstep
