#pragma once

#include <memory>

#include "backends/product_recurrent.h"
#include "backends/product_rows.h"

namespace lockstep {

/// What every backend on a library of matrix products does alike: see product_recurrent.h for `Library`.
template <class Library>
class ProductBackend : public Backend {
 public:
  std::string_view name() const override { return Library::name; }
  std::string version() const override { return Library::version(); }
  Support supports(const Problem& problem) const override {
    if (problem.exec.pass == Pass::training)
      return Support::no(std::string(Library::name) + " has no backward pass yet");
    return Library::supports(problem);
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    if (as_recurrent(problem) != nullptr)
      return std::make_unique<ProductRecurrent<Library>>(problem, weights);
    if (as_dense(problem) != nullptr) return std::make_unique<ProductDense<Library>>(problem, weights);
    return std::make_unique<RowActivation<Library>>(problem);
  }
};

}  // namespace lockstep
