#include "verify/answer_files.h"

#include <set>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "backends/model_plan.h"
#include "cases/npy.h"
#include "cases/npz.h"

namespace lockstep {

AnswerTarget answer_target(const std::filesystem::path& first, const std::vector<std::string>& outputs) {
  AnswerTarget target;
  target.paths.push_back(first);
  target.is_archive = first.extension() == ".npz";
  if (!target.is_archive && first.extension() != ".npy")
    throw std::invalid_argument(
        fmt::format("--output {}: accepted are .npy and .npz", in_quotes(first.string())));
  if (target.is_archive && std::set<std::string>(outputs.begin(), outputs.end()).size() < outputs.size())
    throw std::invalid_argument(
        fmt::format("--output {}: two of the outputs {} are one layer's: accepted is .npy",
                    in_quotes(first.string()), fmt::join(outputs, ", ")));
  for (std::size_t i = 1; i < outputs.size() && !target.is_archive; ++i) {
    std::filesystem::path path = first;
    target.paths.push_back(path.replace_extension(fmt::format(".{}.npy", i)));
  }
  for (const auto& path : target.paths) reports::check_target(path);
  return target;
}

void check_apart(std::span<const AnswerTarget> targets) {
  std::set<std::filesystem::path> seen;
  for (const AnswerTarget& target : targets)
    for (const auto& path : target.paths)
      if (!seen.insert(path.lexically_normal()).second)
        throw std::invalid_argument(fmt::format(
            "--output: {} would be written twice: accepted is each file once", in_quotes(path.string())));
}

std::vector<std::vector<std::int64_t>> answer_dims(const ModelSpec& model, const Shape& shape) {
  const ModelGraph graph = resolve(model);
  std::vector<std::vector<std::int64_t>> all;
  for (const auto& [samples, time_steps, features] : output_dims(model, shape)) {
    if (graph.returns[graph.outputs[all.size()]].sequence)
      all.push_back({samples, time_steps, features});
    else
      all.push_back({samples, features});
  }
  return all;
}

AnswerFiles::AnswerFiles(const AnswerTarget& target, const std::vector<std::string>& names,
                         std::span<const std::vector<std::int64_t>> dims)
    : names_(names) {
  if (target.is_archive) archive_.emplace(target.paths[0]);
  for (std::size_t i = 0; i < dims.size(); ++i)
    outputs_.emplace_back(target.paths[target.is_archive ? 0 : i]).append(npy_header_bytes<float>(dims[i]));
}

void AnswerFiles::append(std::size_t output, std::span<const float> values) {
  outputs_[output].append({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

void AnswerFiles::finish() {
  std::vector<NpzFile> members;
  for (reports::StagedFile& output : outputs_) {
    output.finish();
    members.push_back({names_[members.size()], output.aside()});
  }
  if (!archive_) return;
  archive_->finish();
  write_npz(archive_->aside(), members);
  outputs_.clear();
}

void AnswerFiles::take_places() {
  for (reports::StagedFile& file : outputs_) file.take_place();
  if (archive_) archive_->take_place();
}

}  // namespace lockstep
