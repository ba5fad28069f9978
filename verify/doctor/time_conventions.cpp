#include "verify/doctor/convention.h"

namespace lockstep::doctor {
namespace {

bool is_forwards(const Variant& variant, std::size_t node) {
  const auto* recurrent = recurrent_at(variant, node);
  return recurrent != nullptr && !recurrent->go_backwards;
}
bool is_backwards(const Variant& variant, std::size_t node) {
  const auto* recurrent = recurrent_at(variant, node);
  return recurrent != nullptr && recurrent->go_backwards;
}
bool returns_sequence(const Variant& variant, std::size_t node) {
  const auto* recurrent = recurrent_at(variant, node);
  return recurrent != nullptr && recurrent->return_sequences;
}
bool is_masked(const Variant& variant, std::size_t node) {
  const ModelGraph graph = resolve(variant.model);
  return recurrent_at(variant, node) != nullptr && graph.masked[graph.giver(node)];
}

void turn(Variant& variant, std::size_t node) {
  recurrent_of(variant, node).go_backwards = !recurrent_of(variant, node).go_backwards;
}
void reverse_output(Variant& variant, std::size_t node) {
  variant.runs[node].reverses_output = !variant.runs[node].reverses_output;
}

}  // namespace

Conventions time_conventions() {
  return {
      {"go_backwards", "set go_backwards of {0} alike: the program behind y reads the sequence from its end",
       slot::direction, is_forwards, turn},
      {"not go_backwards",
       "set go_backwards of {0} alike: the program behind y reads the sequence from its start",
       slot::direction, is_backwards, turn},
      {"output in the order of time",
       "return the steps of {0} in one order: the program behind y has them in the order of time, the model, "
       "as "
       "go_backwards has it, in that of processing",
       slot::output_order,
       [](const Variant& variant, std::size_t node) {
         return is_backwards(variant, node) && returns_sequence(variant, node);
       },
       reverse_output},
      {"output reversed", "return the steps of {0} in one order: the program behind y has the last one first",
       slot::output_order,
       [](const Variant& variant, std::size_t node) {
         return is_forwards(variant, node) && returns_sequence(variant, node);
       },
       reverse_output},
      {"go_backwards, output in the order of time",
       "turn {0} round: the program behind y reads the sequence from its end and returns its steps in the "
       "order "
       "of time, as the second half of a Bidirectional does",
       slot::direction | slot::output_order,
       [](const Variant& variant, std::size_t node) {
         return is_forwards(variant, node) && returns_sequence(variant, node);
       },
       [](Variant& variant, std::size_t node) {
         turn(variant, node);
         reverse_output(variant, node);
       }},
      {"mask ignored", "pass the mask of {0} on: the program behind y counts the steps that it masks",
       slot::mask,
       [](const Variant& variant, std::size_t node) {
         return std::holds_alternative<MaskingSpec>(variant.model.nodes[node].kind);
       },
       [](Variant& variant, std::size_t node) { variant.model.nodes[node].kind = DropoutSpec{}; }},
      {"zero_output_for_mask",
       "set zero_output_for_mask of {0} alike: the program behind y has the opposite for masked steps",
       slot::mask, is_masked, [](Variant& variant, std::size_t node) {
         bool& zero = recurrent_of(variant, node).zero_output_for_mask;
         zero = !zero;
       }}};
}

}  // namespace lockstep::doctor
