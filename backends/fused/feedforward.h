#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/fused/kernels.h"
#include "backends/fused/panels.h"
#include "backends/team.h"

namespace lockstep::fused {

/// activation(input · kernel + bias), the activation applied to sums that are in the nearest cache.
/// Flattened: the threads divide all batch * time rows; time_distributed: the time steps; where there are
/// fewer of these than threads: the columns.
class Dense : public Layer {
 public:
  Dense(const Problem&, const Weights&, const Kernels&);
  void run(const Io&) override;
  std::string method() const override;
  std::unique_ptr<Layer> another() const override;

 private:
  struct Packed {
    Buffer<float> kernel, bias;
  };
  Dense(const Problem&, const Kernels&, std::shared_ptr<const Packed>);
  static Packed pack(const Problem&, const Weights&, const Panels&);
  /// The memory that one thread works in.
  struct Worker {
    std::vector<const float*> inputs;  // rows of a chunk
    std::vector<float*> outputs;
    Buffer<float> sums;  // of one tile
  };
  void run_rows(const Io&, Worker&, Slice rows, Slice blocks) const;
  void multiply(Worker&, std::int64_t rows, Slice blocks) const;

  Problem problem_;
  DenseSpec layer_;
  const Kernels& kernels_;
  Panels panels_;
  std::shared_ptr<const Packed> packed_;
  bool divides_columns_;
  std::int64_t chunk_;  // rows whose input stays in the second level cache from block to block
  Team team_;
  std::vector<Worker> workers_;
};

class RowActivation : public Layer {
 public:
  RowActivation(const Problem&, const Kernels&);
  void run(const Io&) override;
  std::string method() const override { return std::string(kernels_.isa) + ", row by row"; }
  std::unique_ptr<Layer> another() const override {
    return std::make_unique<RowActivation>(problem_, kernels_);
  }

 private:
  Problem problem_;
  const Kernels& kernels_;
  Team team_;
};

}  // namespace lockstep::fused
