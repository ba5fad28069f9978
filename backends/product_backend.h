#pragma once

#include <memory>

#include "backends/product_plan.h"
#include "backends/product_recurrent.h"
#include "backends/product_rows.h"
#include "backends/product_rows_training.h"
#include "backends/product_sequence.h"
#include "backends/product_training.h"
#include "backends/product_trial.h"

namespace lockstep {

/// Any layer in training on a library of matrix products: see product_training.h for `Library`.
template <class Library>
std::unique_ptr<TrainableLayer> prepare_product_training(const Problem& problem, const Weights& weights) {
  if (as_recurrent(problem) != nullptr) return std::make_unique<ProductTraining<Library>>(problem, weights);
  if (as_dense(problem) != nullptr) return std::make_unique<DenseTraining<Library>>(problem, weights);
  return std::make_unique<ActivationTraining<Library>>(problem);
}

/// What every backend on a library of matrix products does alike: see product_recurrent.h and
/// product_training.h for `Library`.
template <class Library>
class ProductBackend : public Backend {
 public:
  std::string_view name() const override { return Library::name; }
  std::string version() const override { return Library::version(); }
  Support supports(const Problem& problem) const override { return Library::supports(problem); }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    if (as_recurrent(problem) != nullptr) return prepare_recurrent(problem, weights);
    if (as_dense(problem) != nullptr) return std::make_unique<ProductDense<Library>>(problem, weights);
    return std::make_unique<RowActivation<Library>>(problem);
  }
  std::unique_ptr<TrainableLayer> prepare_training(const Problem& problem,
                                                   const Weights& weights) const override {
    return prepare_product_training<Library>(problem, weights);
  }

 private:
  static std::unique_ptr<Layer> prepare_recurrent(const Problem& problem, const Weights& weights) {
    const ProductPlan plan = product_plan(problem);
    if (!plan.divides_units)
      return std::make_unique<ProductRecurrent<Library>>(problem, weights, plan.threads);
    if (!divides_units<Library>(problem, weights, plan.threads))
      return std::make_unique<ProductRecurrent<Library>>(problem, weights, 1);
    return std::make_unique<ProductSequence<Library>>(problem, weights, plan.threads);
  }
};

}  // namespace lockstep
