#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#define LOCKSTEP_PUBLIC __attribute__((visibility("default")))

/// A trained recurrent model in one's own program: load its file, make it ready on a backend, run it.
namespace lockstep {

/// How a model is made ready. Of several Inputs, time_steps are those of each that takes any number; where
/// none does, of the first sequence.
struct PrepareOptions {
  /// One of available_backends, or the path of a backend's module. openblas sets its library, which this
  /// program may have loaded itself, to one thread of its own.
  std::string backend = "fused";
  std::int64_t batch = 1;           // sequences that are computed together
  std::int64_t time_steps = 0;      // of a call; 0: those of the model's Input, and of a stream one
  int threads = 1;                  // of a call; with more than one, it waits for them
  std::filesystem::path modules{};  // their folder; empty: LOCKSTEP_MODULES, or where they were installed
};

/// Several inputs or outputs of a call, in the model's order: any array, vector, ... of spans, or {{x, y}}.
/// None is made of {}, which is one input or output without a value.
template <class One>
class Several : public std::span<const One> {
 public:
  template <std::convertible_to<std::span<const One>> Spans>
  Several(const Spans& all) noexcept : std::span<const One>(all) {}
  template <std::size_t Count>
  Several(const One (&all)[Count]) noexcept : std::span<const One>(all) {}
};
using InputSpans = Several<std::span<const float>>;
using OutputSpans = Several<std::span<float>>;

/// A model for whole sequences, ready to run. One run at a time; different ones may run at once. Like a
/// Stream, one that was moved from is for nothing but assignment and destruction.
class LOCKSTEP_PUBLIC PreparedModel {
 public:
  PreparedModel(PreparedModel&&) noexcept;
  PreparedModel& operator=(PreparedModel&&) noexcept;
  ~PreparedModel();

  /// Computes `output`, [batch, time_steps, features] or, of a model that returns no sequence, [batch,
  /// features], from `input`, [batch, time_steps, features], and from zero states. All in C order; they do
  /// not overlap. False where a size is another than below, with the output left alone, or where the backend
  /// fails. Allocates nothing; of the libraries, oneDNN does, and a new OpenBLAS at its first call in a
  /// thread.
  [[nodiscard]] bool run(std::span<const float> input, std::span<float> output) noexcept;
  /// The same of a model with several inputs or outputs, in its order; an input that is no sequence is
  /// [batch, features].
  [[nodiscard]] bool run(std::span<const float> input, OutputSpans outputs) noexcept;
  [[nodiscard]] bool run(InputSpans inputs, std::span<float> output) noexcept;
  [[nodiscard]] bool run(InputSpans inputs, OutputSpans outputs) noexcept;

  /// Floats of one run; 0 where there is no such input or output.
  std::size_t input_size(std::size_t input = 0) const noexcept;
  std::size_t output_size(std::size_t output = 0) const noexcept;
  /// {batch, time_steps or 1, features}. Throws std::out_of_range.
  std::array<std::int64_t, 3> input_dims(std::size_t input = 0) const;
  std::array<std::int64_t, 3> output_dims(std::size_t output = 0) const;
  /// How each layer is computed, for a log: "lstm: whole steps, AVX2; dense: rows".
  std::string method() const;

 private:
  friend class LoadedModel;
  struct Implementation;
  explicit PreparedModel(std::unique_ptr<Implementation>);
  std::unique_ptr<Implementation> implementation_;
};

/// A model for a sequence without an end: each call takes the next time steps, and goes on from the states
/// that the call before it ended in. On the backends fused, eigen and naive, with one thread, a call neither
/// allocates, nor locks, nor throws: fit for an audio callback. One call at a time.
class LOCKSTEP_PUBLIC Stream {
 public:
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;
  ~Stream();

  /// As PreparedModel::run, of PrepareOptions::time_steps time steps: [batch, features] of one.
  [[nodiscard]] bool step(std::span<const float> input, std::span<float> output) noexcept;
  [[nodiscard]] bool step(std::span<const float> input, OutputSpans outputs) noexcept;
  [[nodiscard]] bool step(InputSpans inputs, std::span<float> output) noexcept;
  [[nodiscard]] bool step(InputSpans inputs, OutputSpans outputs) noexcept;
  /// The next call starts from zero states.
  void reset() noexcept;

  /// Of one call; these as in PreparedModel.
  std::size_t input_size(std::size_t input = 0) const noexcept;
  std::size_t output_size(std::size_t output = 0) const noexcept;
  std::array<std::int64_t, 3> input_dims(std::size_t input = 0) const;
  std::array<std::int64_t, 3> output_dims(std::size_t output = 0) const;
  std::string method() const;

 private:
  friend class LoadedModel;
  struct Implementation;
  explicit Stream(std::unique_ptr<Implementation>);
  std::unique_ptr<Implementation> implementation_;
};

/// What a model's file holds: layers and weights. Copies share it; it may be used by several threads at once.
/// One that was moved from is for nothing but assignment and destruction.
class LOCKSTEP_PUBLIC LoadedModel {
 public:
  const std::vector<std::string>& inputs() const;   // the names of the layers that are inputs
  const std::vector<std::string>& outputs() const;  // and of those that are outputs
  /// Of an input. Throws std::out_of_range.
  std::int64_t features(std::size_t input = 0) const;
  std::int64_t time_steps(std::size_t input = 0) const;  // 0: any number; 1: it is no sequence
  /// What is computed otherwise than the file has it, one line each; mostly none.
  const std::vector<std::string>& notices() const;

  /// Both throw std::invalid_argument, one line, for options that the model does not take, a backend that
  /// is none or lacks a layer; and std::runtime_error for a backend that does not load.
  PreparedModel prepare(const PrepareOptions&) const;
  Stream stream(const PrepareOptions& = {}) const;
  /// The same once more, for another thread or another sequence: its answers are of the same bits, a stream
  /// starts from zero states. On fused they hold the packed weights once for all; any may end first. Throw
  /// std::invalid_argument for one that another model was made of.
  PreparedModel another(const PreparedModel&) const;
  Stream another(const Stream&) const;

 private:
  friend LOCKSTEP_PUBLIC LoadedModel load(const std::filesystem::path&, const std::filesystem::path&);
  struct Implementation;
  explicit LoadedModel(std::shared_ptr<const Implementation>);
  PreparedModel prepare(const PrepareOptions&, const PreparedModel* alike) const;
  Stream stream(const PrepareOptions&, const Stream* alike) const;
  void check_made_of_this(const std::weak_ptr<const void>&) const;
  std::shared_ptr<const Implementation> implementation_;
};

/// Reads a model's file, of any kind that `lockstep summary` reads; `config` is that of weights alone. Throws
/// std::invalid_argument, one line: the file, what is wrong with it, what is accepted; and std::runtime_error
/// on a machine that this library was not compiled for.
LOCKSTEP_PUBLIC LoadedModel load(const std::filesystem::path& file, const std::filesystem::path& config = {});

/// The names of the backends whose modules are in the folder, in alphabetical order; none is loaded. Empty:
/// as in PrepareOptions::modules.
LOCKSTEP_PUBLIC std::vector<std::string> available_backends(const std::filesystem::path& modules = {});

}  // namespace lockstep
