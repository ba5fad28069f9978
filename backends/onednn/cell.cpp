#include "backends/onednn/cell.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "backends/onednn/activation.h"
#include "backends/onednn/describe.h"

namespace lockstep::onednn {
namespace {

using Tag = dnnl::memory::format_tag;
constexpr auto f32 = dnnl::memory::data_type::f32;

/// Zeros where the layer has none: oneDNN always wants one. The rows of lbr_gru are z and r with input and
/// state summed, h of the input, h of the state (oneDNN's doc/primitives/rnn.md).
void fill_bias(const RecurrentSpec& layer, const Weights& weights, float* to) {
  if (!layer.use_bias) {
    std::fill_n(to, bias_rows(layer) * layer.units, 0.0F);
    return;
  }
  const float* of_input = weights.bias.data();
  to = std::copy_n(of_input, gate_count(layer) * layer.units, to);
  if (has_bias_of_state(layer)) {
    const float* of_state = of_input + 3 * layer.units;
    std::copy_n(of_state + 2 * layer.units, layer.units, to);
    to -= 3 * layer.units;
    for (std::int64_t j = 0; j < 2 * layer.units; ++j) to[j] += of_state[j];
  }
}

dnnl::primitive_desc describe_cell(const CellWeights& weights, const RecurrentDescs& d) {
  const auto attributes = user_scratchpad();
  const auto forward = dnnl::rnn_direction::unidirectional_left2right;
  const RecurrentSpec& layer = weights.layer;
  if (layer.cell == Cell::simple_rnn)
    return describe_simple_rnn(dnnl::prop_kind::forward_inference, weights.engine, attributes,
                               simple_rnn_activation(layer.activation), d);
  if (layer.cell == Cell::lstm)
    return describe<dnnl::lstm_forward>(weights.engine, attributes, forward, d.src_layer, d.src_iter,
                                        d.src_iter_c, d.weights_layer, d.weights_iter, d.bias, d.dst_layer,
                                        d.dst_iter, d.dst_iter_c);
  if (layer.reset_after)
    return describe<dnnl::lbr_gru_forward>(weights.engine, attributes, forward, d.src_layer, d.src_iter,
                                           d.weights_layer, d.weights_iter, d.bias, d.dst_layer, d.dst_iter);
  return describe<dnnl::gru_forward>(weights.engine, attributes, forward, d.src_layer, d.src_iter,
                                     d.weights_layer, d.weights_iter, d.bias, d.dst_layer, d.dst_iter);
}

RecurrentDescs descs_of(const CellWeights& weights, const ChunkShape& shape) {
  const std::int64_t units = weights.layer.units, gates = gate_count(weights.layer);
  const Desc state({1, 1, shape.rows, units}, f32, Tag::ldnc);
  const bool has_c = weights.layer.cell == Cell::lstm;
  RecurrentDescs d;
  d.src_layer = Desc({shape.steps, shape.rows, shape.features}, f32, Tag::tnc);
  d.dst_layer =
      Desc({shape.steps, shape.rows, units}, f32, dnnl::memory::dims{shape.rows_of_output * units, units, 1});
  d.weights_layer = Desc({1, 1, shape.features, gates, units}, f32, Tag::any);
  d.weights_iter = Desc({1, 1, units, gates, units}, f32, Tag::any);
  d.bias = weights.bias.get_desc();
  if (shape.takes_state) d.src_iter = state;
  if (shape.gives_state) d.dst_iter = state;
  if (shape.takes_state && has_c) d.src_iter_c = state;
  if (shape.gives_state && has_c) d.dst_iter_c = state;
  return d;
}

}  // namespace

bool has_bias_of_state(const RecurrentSpec& layer) {
  return layer.cell == Cell::gru && layer.reset_after;
}
std::int64_t bias_rows(const RecurrentSpec& layer) {
  return has_bias_of_state(layer) ? 4 : gate_count(layer);
}

CellWeights::CellWeights(const dnnl::engine& engine_, const RecurrentSpec& layer_, std::int64_t features,
                         const Weights& weights)
    : engine(engine_),
      layer(layer_),
      kernel(engine, Desc({1, 1, features, gate_count(layer), layer.units}, f32, Tag::ldigo),
             weights.kernel.data()),
      recurrent_kernel(engine, Desc({1, 1, layer.units, gate_count(layer), layer.units}, f32, Tag::ldigo),
                       weights.recurrent_kernel.data()),
      bias({{1, 1, bias_rows(layer), layer.units}, f32, Tag::ldgo}, engine) {
  fill_bias(layer, weights, static_cast<float*>(bias.get_data_handle()));
}

void CellWeights::update(const dnnl::stream& stream, const Weights& weights) {
  kernel.update(stream, weights.kernel.data());
  recurrent_kernel.update(stream, weights.recurrent_kernel.data());
  fill_bias(layer, weights, static_cast<float*>(bias.get_data_handle()));
}

ChunkRun make_chunk_run(CellWeights& weights, const ChunkShape& shape) {
  const RecurrentDescs d = descs_of(weights, shape);
  const dnnl::primitive_desc desc = describe_cell(weights, d);
  std::vector<Execution::Argument> arguments{
      {DNNL_ARG_WEIGHTS_LAYER, weights.kernel.in_layout(desc.query_md(dnnl::query::weights_md, 0))},
      {DNNL_ARG_WEIGHTS_ITER, weights.recurrent_kernel.in_layout(desc.query_md(dnnl::query::weights_md, 1))},
      {DNNL_ARG_BIAS, weights.bias}};
  const auto argument = [&](int name, const Desc& of) {
    if (of == Desc()) return dnnl::memory();
    return arguments.emplace_back(Execution::Argument{name, {of, weights.engine, nullptr}}).memory;
  };
  // The elements of a braced list are evaluated in their order: the execution comes last.
  return {argument(DNNL_ARG_SRC_LAYER, d.src_layer),
          argument(DNNL_ARG_DST_LAYER, d.dst_layer),
          argument(DNNL_ARG_SRC_ITER, d.src_iter),
          argument(DNNL_ARG_SRC_ITER_C, d.src_iter_c),
          argument(DNNL_ARG_DST_ITER, d.dst_iter),
          argument(DNNL_ARG_DST_ITER_C, d.dst_iter_c),
          desc.impl_info_str(),
          Execution(weights.engine, desc, std::move(arguments))};
}

}  // namespace lockstep::onednn
