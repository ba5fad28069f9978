#pragma once

#include <algorithm>

#include "backends/spec.h"
#include "verify/mutants/mutant.h"

/// What problems must have for the faults of the catalogue to show.
namespace lockstep::needs {

template <Cell cell>
constexpr bool has_cell(const Problem& problem) {
  const auto* recurrent = as_recurrent(problem);
  return recurrent != nullptr && recurrent->cell == cell;
}
template <bool after>
bool resets(const Problem& problem) {
  return has_cell<Cell::gru>(problem) && as_recurrent(problem)->reset_after == after;
}
inline Activation outer_activation(const Problem& problem) {
  if (const auto* recurrent = as_recurrent(problem)) return recurrent->activation;
  if (const auto* dense = as_dense(problem)) return dense->activation;
  return std::get<ActivationSpec>(problem.layer).activation;
}
/// The gates of a cell that has some.
inline bool has_inner(const Problem& problem, std::initializer_list<Activation> any_of) {
  const auto* recurrent = as_recurrent(problem);
  return recurrent != nullptr && recurrent->cell != Cell::simple_rnn &&
         std::find(any_of.begin(), any_of.end(), recurrent->recurrent_activation) != any_of.end();
}
template <Activation activation>
bool uses(const Problem& problem) {
  return outer_activation(problem) == activation || has_inner(problem, {activation});
}
template <bool zero>
bool shows_zeros(const Problem& problem) {
  const auto* recurrent = as_recurrent(problem);
  return recurrent != nullptr && recurrent->zero_output_for_mask == zero;
}

inline constexpr Condition training{"training",
                                    [](const Problem& p) { return p.exec.pass == Pass::training; }};
inline constexpr Condition simple_rnn{"a SimpleRNN", has_cell<Cell::simple_rnn>};
inline constexpr Condition recurrent{"a recurrent layer",
                                     [](const Problem& p) { return as_recurrent(p) != nullptr; }};
inline constexpr Condition lstm{"an LSTM", has_cell<Cell::lstm>};
inline constexpr Condition gru{"a GRU", has_cell<Cell::gru>};
inline constexpr Condition gru_after{"a GRU with reset_after", resets<true>};
inline constexpr Condition gru_before{"a GRU without reset_after", resets<false>};
inline constexpr Condition dense{"a Dense layer", [](const Problem& p) { return as_dense(p) != nullptr; }};
inline constexpr Condition stateless{"a layer without a state",
                                     [](const Problem& p) { return as_recurrent(p) == nullptr; }};
inline constexpr Condition time_distributed{"TimeDistributed(Dense)", [](const Problem& p) {
                                              return as_dense(p) != nullptr &&
                                                     as_dense(p)->style == DenseStyle::time_distributed;
                                            }};
inline constexpr Condition weights{
    "weights", [](const Problem& p) { return !std::holds_alternative<ActivationSpec>(p.layer); }};
inline constexpr Condition bias{"a bias", [](const Problem& p) {
                                  if (const auto* layer = as_recurrent(p)) return layer->use_bias;
                                  return as_dense(p) != nullptr && as_dense(p)->use_bias;
                                }};

inline constexpr Condition sequences{"return_sequences", [](const Problem& p) {
                                       return as_recurrent(p) && as_recurrent(p)->return_sequences;
                                     }};
inline constexpr Condition last_only{"return_sequences off", [](const Problem& p) {
                                       return as_recurrent(p) && !as_recurrent(p)->return_sequences;
                                     }};
inline constexpr Condition backwards{
    "go_backwards", [](const Problem& p) { return as_recurrent(p) && as_recurrent(p)->go_backwards; }};
inline constexpr Condition forwards{
    "go_backwards off", [](const Problem& p) { return as_recurrent(p) && !as_recurrent(p)->go_backwards; }};

inline constexpr Condition initial_state{"an initial state",
                                         [](const Problem& p) { return p.extras.initial_state; }};
inline constexpr Condition final_state{"a final state",
                                       [](const Problem& p) { return p.extras.final_state; }};
inline constexpr Condition mask{"a mask",
                                [](const Problem& p) { return p.extras.mask != MaskPattern::none; }};
inline constexpr Condition masked_zeros{"zero_output_for_mask", shows_zeros<true>};
inline constexpr Condition masked_repeats{"zero_output_for_mask off", shows_zeros<false>};

template <int steps>
bool longer_than(const Problem& problem) {
  return problem.shape.time_steps > steps;
}
inline constexpr Condition steps{"several time steps", longer_than<1>};
inline constexpr Condition recurrence{"several time steps or an initial state", [](const Problem& p) {
                                        return as_recurrent(p) != nullptr &&
                                               (p.shape.time_steps > 1 || p.extras.initial_state);
                                      }};
inline constexpr Condition past_32{"more than 32 time steps", longer_than<32>};
inline constexpr Condition past_64{"more than 64 time steps", longer_than<64>};
inline constexpr Condition past_128{"more than 128 time steps", longer_than<128>};
inline constexpr Condition several_outputs{"an output per step",
                                           [](const Problem& p) { return output_time_steps(p) > 1; }};
inline constexpr Condition rows{"several batch rows", [](const Problem& p) { return p.shape.batch > 1; }};
inline constexpr Condition features{"several features",
                                    [](const Problem& p) { return p.shape.features > 1; }};
inline constexpr Condition units{
    "several units", [](const Problem& p) { return output_features(p.layer, p.shape.features) > 1; }};
inline constexpr Condition odd_features{"features past a multiple of 8", [](const Problem& p) {
                                          return p.shape.features > 8 && p.shape.features % 8 != 0;
                                        }};

inline constexpr Condition tanh{"tanh", uses<Activation::tanh>};
inline constexpr Condition sigmoid{"sigmoid", uses<Activation::sigmoid>};
inline constexpr Condition hard_sigmoid{"hard_sigmoid", uses<Activation::hard_sigmoid>};
inline constexpr Condition relu{"relu", uses<Activation::relu>};
inline constexpr Condition softsign{"softsign", uses<Activation::softsign>};
inline constexpr Condition softmax{"softmax", uses<Activation::softmax>};
inline constexpr Condition activation{
    "an activation", [](const Problem& p) { return outer_activation(p) != Activation::linear; }};
inline constexpr Condition gate_activation{"gates with an activation", [](const Problem& p) {
                                             return as_recurrent(p) &&
                                                    as_recurrent(p)->cell != Cell::simple_rnn &&
                                                    !has_inner(p, {Activation::linear});
                                           }};
inline constexpr Condition sigmoid_gates{
    "gates between 0 and 1", [](const Problem& p) {
      return has_inner(p, {Activation::sigmoid, Activation::hard_sigmoid});
    }};
inline constexpr Condition outer_tanh{"tanh outside the gates alone", [](const Problem& p) {
                                        return outer_activation(p) == Activation::tanh &&
                                               !has_inner(p, {Activation::tanh});
                                      }};

}  // namespace lockstep::needs
