#include <algorithm>

#include <fmt/format.h>

#include "verify/doctor/convention.h"
#include "verify/doctor/matrices.h"

namespace lockstep::doctor {
namespace {

bool has_bias(const Variant& variant, std::size_t node) {
  return !variant.weights[node]->bias.empty();
}
bool has_two_rows(const Variant& variant, std::size_t node) {
  return has_bias(variant, node) && is_cell(variant, node, Cell::gru) &&
         recurrent_at(variant, node)->reset_after;
}
bool has_one_row(const Variant& variant, std::size_t node) {
  return has_bias(variant, node) && recurrent_at(variant, node) != nullptr && !has_two_rows(variant, node);
}

Convention left_out() {
  return {"bias left out", "add the bias of {0} or don't: the program behind y leaves it out", slot::bias,
          has_bias, [](Variant& variant, std::size_t node) {
            edit_weights(variant, node, [](BasicWeights<double>& weights) {
              std::fill(weights.bias.begin(), weights.bias.end(), 0.0);
            });
          }};
}

Convention added_twice() {
  return {"bias added twice",
          "add the bias of {0} once: the program behind y has an input and a recurrent bias, and the same "
          "numbers in both",
          slot::bias, has_one_row, [](Variant& variant, std::size_t node) {
            edit_weights(variant, node, [](BasicWeights<double>& weights) {
              for (double& value : weights.bias) value *= 2;
            });
          }};
}

/// Of a GRU with reset_after, whose input row comes first: the rows as some program makes them of both.
template <class Edit>
Convention of_rows(std::string name, std::string remedy, Edit edit) {
  return {std::move(name), std::move(remedy), slot::bias, has_two_rows,
          [edit](Variant& variant, std::size_t node) {
            edit_weights(variant, node, [&](BasicWeights<double>& weights) {
              const std::size_t size = weights.bias.size() / 2;
              for (std::size_t i = 0; i < size; ++i) edit(weights.bias[i], weights.bias[size + i]);
            });
          }};
}

/// unit_forget_bias is a property of the initial bias, so that a trained one has it already.
Convention forget_bias(double added, const std::string& name, const std::string& remedy) {
  return {name, remedy, slot::forget_bias,
          [](const Variant& variant, std::size_t node) { return is_cell(variant, node, Cell::lstm); },
          [added](Variant& variant, std::size_t node) {
            RecurrentSpec& spec = recurrent_of(variant, node);
            spec.use_bias = true;
            edit_weights(variant, node, [&](BasicWeights<double>& weights) {
              weights.bias.resize(static_cast<std::size_t>(4 * spec.units));
              edit_block(weights.bias, spec.units, 4, 1, [&](double& value) { value += added; });
            });
          }};
}

/// Where the bias goes when the reset moves; the sums of z and r are the same in both.
Convention reset_before() {
  return {"reset before the recurrent product",
          "set reset_after of {0} alike: the program behind y applies the reset gate before the recurrent "
          "product (reset_after=False), the model after it",
          slot::reset,
          [](const Variant& variant, std::size_t node) {
            return is_cell(variant, node, Cell::gru) && recurrent_at(variant, node)->reset_after;
          },
          [](Variant& variant, std::size_t node) {
            recurrent_of(variant, node).reset_after = false;
            edit_weights(variant, node, [](BasicWeights<double>& weights) {
              const std::size_t size = weights.bias.size() / 2;
              for (std::size_t i = 0; i < size; ++i) weights.bias[i] += weights.bias[size + i];
              weights.bias.resize(size);
            });
          }};
}
Convention reset_after(bool bias_inside) {
  return {
      bias_inside ? "reset after the recurrent product and its bias" : "reset after the recurrent product",
      fmt::format("set reset_after of {{0}} alike: the program behind y applies the reset gate after the "
                  "recurrent product{} (reset_after=True), the model before it",
                  bias_inside ? ", to the bias, too" : ""),
      slot::reset,
      [bias_inside](const Variant& variant, std::size_t node) {
        return is_cell(variant, node, Cell::gru) && !recurrent_at(variant, node)->reset_after &&
               (!bias_inside || has_bias(variant, node));
      },
      [bias_inside](Variant& variant, std::size_t node) {
        recurrent_of(variant, node).reset_after = true;
        edit_weights(variant, node, [&](BasicWeights<double>& weights) {
          const std::size_t size = weights.bias.size();
          weights.bias.resize(2 * size);
          if (bias_inside)
            std::swap_ranges(weights.bias.begin(), weights.bias.begin() + static_cast<std::ptrdiff_t>(size),
                             weights.bias.begin() + static_cast<std::ptrdiff_t>(size));
        });
      }};
}

}  // namespace

Conventions bias_conventions() {
  return {
      of_rows("bias in one row",
              "keep the two rows of {0}'s bias apart: the program behind y adds their sum to the input, so "
              "that the reset gate does not scale the recurrent bias",
              [](double& input, double& recurrent) { input += std::exchange(recurrent, 0.0); }),
      of_rows("recurrent bias left out",
              "add both rows of {0}'s bias: the program behind y leaves the recurrent one out",
              [](double&, double& recurrent) { recurrent = 0; }),
      of_rows("input bias left out",
              "add both rows of {0}'s bias: the program behind y leaves the input one out",
              [](double& input, double&) { input = 0; }),
      of_rows("bias in the recurrent row",
              "keep the two rows of {0}'s bias apart: the program behind y adds their sum inside the "
              "product with the reset gate",
              [](double& input, double& recurrent) { recurrent += std::exchange(input, 0.0); }),
      of_rows("bias rows swapped",
              "agree on the rows of {0}'s bias: the program behind y takes the recurrent one first, the "
              "model the input one",
              [](double& input, double& recurrent) { std::swap(input, recurrent); }),
      left_out(),
      added_twice(),
      forget_bias(1, "forget bias added",
                  "add no forget bias to {0}: the program behind y adds 1 to the forget gate's bias, which "
                  "has it already"),
      forget_bias(2, "forget bias added twice",
                  "add no forget bias to {0}: the program behind y adds 1 to the forget gate's bias twice"),
      forget_bias(-1, "forget bias missing",
                  "keep the forget gate's bias of {0} whole: in the program behind y it is less by 1")};
}

Conventions reset_conventions() {
  return {reset_before(), reset_after(false), reset_after(true)};
}

}  // namespace lockstep::doctor
