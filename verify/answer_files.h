#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backends/model_spec.h"
#include "reports/staged_file.h"

namespace lockstep {

/// Where the outputs of a model are written to.
struct AnswerTarget {
  bool is_archive = false;                   // of all by their names
  std::vector<std::filesystem::path> paths;  // of that, or y.npy, y.1.npy, ... in the model's order
};

/// By the first path, .npy or .npz. Throws std::invalid_argument, or std::runtime_error where it could not be
/// written as things stand, for each of the paths.
AnswerTarget answer_target(const std::filesystem::path& first, const std::vector<std::string>& outputs);
/// Throws std::invalid_argument for a file that would be written twice.
void check_apart(std::span<const AnswerTarget>);

/// The shape that an output has in Keras, on so many samples of so many time steps.
std::vector<std::vector<std::int64_t>> answer_dims(const ModelSpec&, const Shape&);

/// The outputs of a model, written as they are computed: they need not fit into memory, nor does an archive
/// of them. Until they take their places nothing else is seen of them; std::runtime_error: one cannot be
/// written.
class AnswerFiles {
 public:
  AnswerFiles(const AnswerTarget&, const std::vector<std::string>& names,
              std::span<const std::vector<std::int64_t>> dims);

  /// What comes next of an output, row-major.
  void append(std::size_t output, std::span<const float>);
  /// Once each output is whole.
  void finish();
  /// Once, after that.
  void take_places();

 private:
  std::vector<std::string> names_;
  std::deque<reports::StagedFile> outputs_;
  std::optional<reports::StagedFile> archive_;
};

}  // namespace lockstep
