#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "backends/backend.h"
#include "verify/mutants/mutant.h"

namespace lockstep {

/// What a fake backend does wrong.
enum class Fault {
  none,
  refuses,
  gate_order,
  no_bias,
  last_step,
  no_state,
  final_state,
  writes_before,
  writes_after,
  leaves_one,
  differs,
  remembers,
  layout,
  throws_in_prepare,
  throws_in_run,
};

/// The mutant that has the fault on this problem; the control where none has.
inline const Mutant& mutant_with(Fault fault, const Problem& problem) {
  static constexpr std::pair<Fault, std::string_view> names[]{
      {Fault::gate_order, "lstm_i_f_swapped"},
      {Fault::gate_order, "gru_z_r_swapped"},
      {Fault::no_bias, "bias_dropped"},
      {Fault::last_step, "last_output_repeats"},
      {Fault::no_state, "initial_h_ignored"},
      {Fault::final_state, "final_h_of_step_before"},
      {Fault::writes_before, "writes_before_output"},
      {Fault::writes_after, "writes_past_output"},
      {Fault::leaves_one, "output_element_not_written"},
      {Fault::differs, "wavers"},
      {Fault::remembers, "state_leaks_to_next_call"},
      {Fault::layout, "input_layout_ignored"},
      {Fault::throws_in_prepare, "throws_when_prepared"},
      {Fault::throws_in_run, "throws_when_run"},
  };
  for (const auto& [one, name] : names)
    if (one == fault && find_mutant(name).applies(problem)) return find_mutant(name);
  return control();
}

/// reference.h at float with one planted fault.
class FakeLayer : public Layer {
 public:
  FakeLayer(const Problem& problem, const Weights& weights, Fault fault)
      : layer_(MakeLayer(mutant_with(fault, problem).make)(problem, weights)) {}
  std::string method() const override { return "fake"; }
  void run(const Io& io) override { layer_->run(io); }

 private:
  std::unique_ptr<Layer> layer_;
};

class FakeBackend : public Backend {
 public:
  explicit FakeBackend(Fault fault = Fault::none, std::string name = "fake")
      : fault_(fault), name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  std::string version() const override { return "of this test"; }
  Support supports(const Problem&) const override {
    return fault_ == Fault::refuses ? Support::no("the fake refuses") : Support::yes();
  }
  std::unique_ptr<Layer> prepare(const Problem& problem, const Weights& weights) const override {
    return std::make_unique<FakeLayer>(problem, weights, fault_);
  }

 private:
  Fault fault_;
  std::string name_;
};

}  // namespace lockstep
