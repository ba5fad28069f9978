#include "verify/doctor/convention.h"
#include "verify/doctor/matrices.h"

namespace lockstep::doctor {
namespace {

std::size_t columns_at(const Variant& variant, std::size_t node) {
  const auto layer = layer_of(variant.model.nodes[node]);
  if (!layer) return 0;
  const auto columns = weight_shapes(*layer, 1).kernel[1];
  return static_cast<std::size_t>(columns);
}
std::size_t rows_at(const Variant& variant, std::size_t node) {
  const std::size_t columns = columns_at(variant, node);
  return columns == 0 ? 0 : variant.weights[node]->kernel.size() / columns;
}
/// Where the order matters: a row or a column alone is the same in both.
bool has_kernel(const Variant& variant, std::size_t node) {
  return columns_at(variant, node) > 1 && rows_at(variant, node) > 1;
}
bool has_recurrent_kernel(const Variant& variant, std::size_t node) {
  const auto* recurrent = recurrent_at(variant, node);
  return recurrent != nullptr && recurrent->units > 1;
}
/// Of one gate alone, that is the same as the other order.
bool has_square_blocks(const Variant& variant, std::size_t node) {
  const auto* recurrent = recurrent_at(variant, node);
  return recurrent != nullptr && recurrent->cell != Cell::simple_rnn && recurrent->units > 1;
}
bool is_square(const Variant& variant, std::size_t node) {
  return has_square_blocks(variant, node) &&
         rows_at(variant, node) == static_cast<std::size_t>(recurrent_at(variant, node)->units);
}

void read_kernel_in_other_order(Variant& variant, std::size_t node) {
  const std::size_t columns = columns_at(variant, node);
  edit_weights(variant, node,
               [&](BasicWeights<double>& weights) { read_in_other_order(weights.kernel, columns); });
}
void read_recurrent_in_other_order(Variant& variant, std::size_t node) {
  const std::size_t columns = columns_at(variant, node);
  edit_weights(variant, node, [&](BasicWeights<double>& weights) {
    read_in_other_order(weights.recurrent_kernel, columns);
  });
}
void transpose_kernel(Variant& variant, std::size_t node) {
  const std::int64_t units = recurrent_of(variant, node).units;
  edit_weights(variant, node,
               [&](BasicWeights<double>& weights) { transpose_blocks(weights.kernel, units); });
}
void transpose_recurrent(Variant& variant, std::size_t node) {
  const std::int64_t units = recurrent_of(variant, node).units;
  edit_weights(variant, node,
               [&](BasicWeights<double>& weights) { transpose_blocks(weights.recurrent_kernel, units); });
}

}  // namespace

Conventions layout_conventions() {
  const char* const other_order =
      "hand the numbers of {0} over in one order: the program behind y reads its $ column by column, the "
      "model has it row by row";
  const char* const transposed =
      "agree on the rows of {0}: the program behind y takes each gate's block of its $ transposed";
  const auto about = [](std::string remedy, const std::string& what) {
    return remedy.replace(remedy.find('$'), 1, what);
  };
  constexpr unsigned both = slot::kernel_layout | slot::recurrent_layout;
  return {
      {"kernels in the other order", about(other_order, "kernel and recurrent_kernel"), both,
       [](const Variant& variant, std::size_t node) {
         return has_kernel(variant, node) && has_recurrent_kernel(variant, node);
       },
       [](Variant& variant, std::size_t node) {
         read_kernel_in_other_order(variant, node);
         read_recurrent_in_other_order(variant, node);
       }},
      {"kernel in the other order", about(other_order, "kernel"), slot::kernel_layout, has_kernel,
       read_kernel_in_other_order},
      {"recurrent_kernel in the other order", about(other_order, "recurrent_kernel"), slot::recurrent_layout,
       has_recurrent_kernel, read_recurrent_in_other_order},
      {"recurrent_kernel transposed", about(transposed, "recurrent_kernel"), slot::recurrent_layout,
       has_square_blocks, transpose_recurrent},
      {"kernel transposed", about(transposed, "kernel"), slot::kernel_layout, is_square, transpose_kernel},
      {"kernels transposed", about(transposed, "kernel and recurrent_kernel"), both, is_square,
       [](Variant& variant, std::size_t node) {
         transpose_kernel(variant, node);
         transpose_recurrent(variant, node);
       }}};
}

}  // namespace lockstep::doctor
