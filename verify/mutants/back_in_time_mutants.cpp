#include <algorithm>

#include "verify/mutants/conditions.h"
#include "verify/mutants/families.h"
#include "verify/mutants/wrong_training.h"

namespace lockstep {
namespace {

using Right = reference::RecurrentGradients<float>;

/// What a fault changes in the gradients of the gates of one step.
class ThroughGates : public Right {
 public:
  using Right::Right;

 protected:
  float* gate(float* row, int number) const { return row + number * layer_.units; }
  /// Divides a gate's gradient by its slope where that is not 0: the slope is left out.
  void leave_out_slope(std::int64_t s, int number, Activation activation, float* of_input, float* of_state) {
    for (std::int64_t j = 0; j < layer_.units; ++j) {
      const float slope =
          reference::slope(activation, steps_[size(s)].gates[size(number * layer_.units + j)]);
      if (slope == 0) continue;
      gate(of_input, number)[j] /= slope;
      gate(of_state, number)[j] /= slope;
    }
  }
};

template <int number, bool is_gate>
class SlopeOfGateMissing : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    ThroughGates::through_gates(s, of_input, of_state);
    leave_out_slope(s, number, is_gate ? layer_.recurrent_activation : layer_.activation, of_input, of_state);
  }
};

class CGradientNotCarried : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    ThroughGates::through_gates(s, of_input, of_state);
    std::fill(dc_.begin(), dc_.end(), 0.0F);
  }
};

class CGradientNotForgotten : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    ThroughGates::through_gates(s, of_input, of_state);
    for (std::int64_t j = 0; j < layer_.units; ++j)
      if (const float f = steps_[size(s)].gates[size(layer_.units + j)]; f != 0) dc_[size(j)] /= f;
  }
};

class ForgetGateSeesNewC : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    CacheLines<float>& c = steps_[size(s)].c;
    c = s + 1 < shape_.time_steps ? steps_[size(s + 1)].c : c_;
    ThroughGates::through_gates(s, of_input, of_state);
  }
};

class CNotActivatedBack : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    std::fill(steps_[size(s)].activated_c.begin(), steps_[size(s)].activated_c.end(), 0.0F);
    ThroughGates::through_gates(s, of_input, of_state);
  }
};

class KeptStateMissing : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    const CacheLines<float> dh = dh_;
    ThroughGates::through_gates(s, of_input, of_state);
    for (std::int64_t j = 0; j < layer_.units; ++j)
      dh_[size(j)] -= dh[size(j)] * steps_[size(s)].gates[size(j)];
  }
};

class UpdateGateSign : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    ThroughGates::through_gates(s, of_input, of_state);
    for (std::int64_t j = 0; j < layer_.units; ++j) {
      of_input[j] = -of_input[j];
      of_state[j] = -of_state[j];
    }
  }
};

class CandidateNotReset : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    ThroughGates::through_gates(s, of_input, of_state);
    std::copy_n(gate(of_input, 2), layer_.units, gate(of_state, 2));
  }
};

class ResetGateSeesState : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    std::copy_n(hs_.data() + s * layer_.units, layer_.units, steps_[size(s)].recurrent.data());
    ThroughGates::through_gates(s, of_input, of_state);
  }
};

class NotThroughProduct : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_product(const float*) override {}
};

class ThroughKernelNotTransposed : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_product(const float* of_state) override {
    reference::add_product(of_state, layer_.units, weights_.recurrent_kernel, columns_, dh_.data(),
                           layer_.units);
  }
};

class LosesLastGate : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_product(const float* of_state) override {
    add_through_state(of_state, 0, by_h() - layer_.units, dh_.data());
  }
};

class TruncatedAfter32 : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void through_gates(std::int64_t s, float* of_input, float* of_state) override {
    if ((s + 1) % 32 == 0 && s + 1 < shape_.time_steps) {  // of what comes from later steps, in chunks of 32
      dh_ = shown_;
      std::fill(dc_.begin(), dc_.end(), 0.0F);
    }
    ThroughGates::through_gates(s, of_input, of_state);
  }
};

class RecurrentKernelSeesNewState : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void add_weight_gradients(Weights& to) override {
    std::copy(hs_.begin() + layer_.units, hs_.end(), hs_.begin());
    std::copy(h_.begin(), h_.end(), hs_.end() - layer_.units);
    ThroughGates::add_weight_gradients(to);
  }
};

class RecurrentKernelSeesStateNotReset : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void add_weight_gradients(Weights& to) override {
    resets_ = hs_;
    ThroughGates::add_weight_gradients(to);
  }
};

class FirstStepMissing : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void add_weight_gradients(Weights& to) override {
    std::fill_n(of_input_.begin(), columns_, 0.0F);
    std::fill_n(of_state_.begin(), columns_, 0.0F);
    ThroughGates::add_weight_gradients(to);
  }
};

class BiasOfOneStep : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void add_weight_gradients(Weights& to) override {
    std::fill(ones_.begin() + 1, ones_.end(), 0.0F);
    ThroughGates::add_weight_gradients(to);
  }
};

class OutputGradientOverwrites : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void add_output_gradient(const Gradients& gradients, std::int64_t b, std::int64_t t) override {
    if (layer_.return_sequences) std::fill(dh_.begin(), dh_.end(), 0.0F);
    ThroughGates::add_output_gradient(gradients, b, t);
  }
};

class OutputGradientOfLastStep : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void add_output_gradient(const Gradients& gradients, std::int64_t b, std::int64_t t) override {
    if (t + 1 == shape_.time_steps) ThroughGates::add_output_gradient(gradients, b, t);
  }
};

class MaskedStepsShowNothing : public ThroughGates {
 public:
  using ThroughGates::ThroughGates;

 protected:
  void add_output_gradient(const Gradients& gradients, std::int64_t b, std::int64_t t) override {
    if (steps_[size(t)].counts) ThroughGates::add_output_gradient(gradients, b, t);
  }
};

}  // namespace

std::vector<Mutant> back_in_time_mutants() {
  using namespace needs;
  enum { lstm_i, lstm_f, lstm_c, lstm_o };
  enum { gru_z, gru_r, gru_h };
  return {
      {"lstm_input_gate_slope_missing",
       "The gradient of the input gate lacks the gate's derivative.",
       {training, lstm, gate_activation},
       {},
       wrong_through_time<SlopeOfGateMissing<lstm_i, true>>()},
      {"lstm_forget_gate_slope_missing",
       "The gradient of the forget gate lacks the gate's derivative.",
       {training, lstm, gate_activation, recurrence},
       {},
       wrong_through_time<SlopeOfGateMissing<lstm_f, true>>()},
      {"lstm_candidate_slope_missing",
       "The gradient of the candidate lacks the activation's derivative.",
       {training, lstm, activation},
       {},
       wrong_through_time<SlopeOfGateMissing<lstm_c, false>>()},
      {"lstm_output_gate_slope_missing",
       "The gradient of the output gate lacks the gate's derivative.",
       {training, lstm, gate_activation},
       {},
       wrong_through_time<SlopeOfGateMissing<lstm_o, true>>()},
      {"lstm_c_gradient_not_carried",
       "The gradient of c does not go back to the step before.",
       {training, lstm, recurrence},
       {},
       wrong_through_time<CGradientNotCarried>()},
      {"lstm_c_gradient_not_forgotten",
       "The gradient of c goes back without the forget gate.",
       {training, lstm, recurrence},
       {},
       wrong_through_time<CGradientNotForgotten>()},
      {"lstm_forget_gate_sees_new_c",
       "The gradient of the forget gate is taken with c after the step instead of before.",
       {training, lstm},
       {},
       wrong_through_time<ForgetGateSeesNewC>()},
      {"lstm_c_not_activated_back",
       "On the way back the activated c is taken for 0.",
       {training, lstm},
       {},
       wrong_through_time<CNotActivatedBack>()},
      {"gru_update_gate_slope_missing",
       "The gradient of a GRU's update gate lacks its derivative.",
       {training, gru, gate_activation},
       {},
       wrong_through_time<SlopeOfGateMissing<gru_z, true>>()},
      {"gru_reset_gate_slope_missing",
       "The gradient of a GRU's reset gate lacks its derivative.",
       {training, gru, gate_activation, recurrence},
       {},
       wrong_through_time<SlopeOfGateMissing<gru_r, true>>()},
      {"gru_candidate_slope_missing",
       "The gradient of a GRU's candidate lacks its activation's derivative.",
       {training, gru, activation},
       {},
       wrong_through_time<SlopeOfGateMissing<gru_h, false>>()},
      {"gru_kept_state_missing",
       "No gradient goes back through the state that the update gate keeps.",
       {training, gru, recurrence},
       {},
       wrong_through_time<KeptStateMissing>()},
      {"gru_update_gate_sign",
       "The gradient of the update gate has the wrong sign.",
       {training, gru},
       {},
       wrong_through_time<UpdateGateSign>()},
      {"gru_candidate_not_reset_back",
       "The state's side of the candidate gets its gradient without the reset gate.",
       {training, gru_after},
       {},
       wrong_through_time<CandidateNotReset>()},
      {"gru_reset_gate_sees_state",
       "The gradient of the reset gate is taken with the state instead of its product.",
       {training, gru_after},
       {},
       wrong_through_time<ResetGateSeesState>()},
      {"gru_candidate_kernel_sees_state_not_reset",
       "The candidate's recurrent kernel gets its gradient from the state before the reset.",
       {training, gru_before, recurrence},
       {},
       wrong_through_time<RecurrentKernelSeesStateNotReset>()},
      {"h_gradient_not_through_product",
       "The gradient of h does not go back through the recurrent product: each step is on its own.",
       {training, recurrent, recurrence},
       {},
       wrong_through_time<NotThroughProduct>()},
      {"h_gradient_through_kernel_not_transposed",
       "The gradient of h goes back through the recurrent kernel instead of its transpose.",
       {training, simple_rnn, units, recurrence},
       {},
       wrong_through_time<ThroughKernelNotTransposed>()},
      {"h_gradient_loses_last_gate",
       "The gradient of h goes back through all gates but the last.",
       {training, recurrent, recurrence},
       {},
       wrong_through_time<LosesLastGate>()},
      {"truncated_after_32_steps",
       "Gradients go back through 32 steps at most.",
       {training, recurrent, past_32},
       {},
       wrong_through_time<TruncatedAfter32>()},
      {"recurrent_kernel_sees_new_state",
       "The recurrent kernel gets its gradient from the state after each step instead of before.",
       {training, recurrent},
       {},
       wrong_through_time<RecurrentKernelSeesNewState>()},
      {"weights_miss_first_step",
       "The first step adds nothing to the gradients of the weights.",
       {training, recurrent},
       {},
       wrong_through_time<FirstStepMissing>()},
      {"bias_of_one_step",
       "The gradient of the bias is that of one step alone.",
       {training, recurrent, bias, steps},
       {},
       wrong_through_time<BiasOfOneStep>()},
      {"output_gradient_overwrites",
       "A step's own gradient replaces what comes back from the steps after it.",
       {training, recurrent, sequences, steps},
       {},
       wrong_through_time<OutputGradientOverwrites>()},
      {"output_gradient_of_last_step",
       "Of the gradients of a sequence, only the last step's is used.",
       {training, recurrent, sequences, steps},
       {},
       wrong_through_time<OutputGradientOfLastStep>()},
      {"masked_steps_pass_no_gradient",
       "What a masked step shows again gives no gradient to the step that it comes from.",
       {training, mask, sequences, forwards, masked_repeats},
       {},
       wrong_through_time<MaskedStepsShowNothing>()},
  };
}

}  // namespace lockstep
