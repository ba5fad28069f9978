#include "backends/onednn/cell_training.h"

#include <utility>
#include <vector>

#include "backends/onednn/activation.h"
#include "backends/onednn/describe.h"

namespace lockstep::onednn {
namespace {

using Tag = dnnl::memory::format_tag;
constexpr auto f32 = dnnl::memory::data_type::f32;
constexpr auto left_to_right = dnnl::rnn_direction::unidirectional_left2right;

struct DescPair {
  dnnl::primitive_desc forward, backward;
};

template <class Forward, class Backward>
DescPair describe_gru(const dnnl::engine& engine, const RecurrentDescs& d, const RecurrentDescs& diff) {
  const auto attributes = user_scratchpad();
  const auto forward =
      describe_training<Forward>(engine, attributes, left_to_right, d.src_layer, d.src_iter, d.weights_layer,
                                 d.weights_iter, d.bias, d.dst_layer, d.dst_iter);
  return {forward, describe_backward<Backward>(engine, attributes, forward, dnnl::prop_kind::backward,
                                               left_to_right, d.src_layer, d.src_iter, d.weights_layer,
                                               d.weights_iter, d.bias, d.dst_layer, d.dst_iter,
                                               diff.src_layer, diff.src_iter, diff.weights_layer,
                                               diff.weights_iter, diff.bias, diff.dst_layer, diff.dst_iter)};
}

DescPair describe_lstm(const dnnl::engine& engine, const RecurrentDescs& d, const RecurrentDescs& diff) {
  const auto attributes = user_scratchpad();
  const auto forward = describe_training<dnnl::lstm_forward>(
      engine, attributes, left_to_right, d.src_layer, d.src_iter, d.src_iter_c, d.weights_layer,
      d.weights_iter, d.bias, d.dst_layer, d.dst_iter, d.dst_iter_c);
  return {forward,
          describe_backward<dnnl::lstm_backward>(
              engine, attributes, forward, dnnl::prop_kind::backward, left_to_right, d.src_layer, d.src_iter,
              d.src_iter_c, d.weights_layer, d.weights_iter, d.bias, d.dst_layer, d.dst_iter, d.dst_iter_c,
              diff.src_layer, diff.src_iter, diff.src_iter_c, diff.weights_layer, diff.weights_iter,
              diff.bias, diff.dst_layer, diff.dst_iter, diff.dst_iter_c)};
}

DescPair describe_pair(const CellWeights& weights, const RecurrentDescs& d, const RecurrentDescs& diff) {
  const RecurrentSpec& layer = weights.layer;
  const dnnl::engine& engine = weights.engine;
  if (layer.cell == Cell::lstm) return describe_lstm(engine, d, diff);
  if (layer.cell == Cell::gru)
    return layer.reset_after ? describe_gru<dnnl::lbr_gru_forward, dnnl::lbr_gru_backward>(engine, d, diff)
                             : describe_gru<dnnl::gru_forward, dnnl::gru_backward>(engine, d, diff);
  const Eltwise activation = simple_rnn_activation(layer.activation);
  const auto attributes = user_scratchpad();
  const auto forward =
      describe_simple_rnn(dnnl::prop_kind::forward_training, engine, attributes, activation, d);
  return {forward, describe_simple_rnn_backward(engine, attributes, forward, activation, d, diff)};
}

/// Of values, weights in a layout that the library chooses.
RecurrentDescs descs_of(const CellWeights& weights, const TrainingShape& shape) {
  const std::int64_t units = weights.layer.units, gates = gate_count(weights.layer);
  const Desc state({1, 1, shape.rows, units}, f32, Tag::ldnc);
  RecurrentDescs d;
  d.src_layer = Desc({shape.steps, shape.rows, shape.features}, f32, Tag::tnc);
  d.dst_layer = Desc({shape.steps, shape.rows, units}, f32, Tag::tnc);
  d.weights_layer = Desc({1, 1, shape.features, gates, units}, f32, Tag::any);
  d.weights_iter = Desc({1, 1, units, gates, units}, f32, Tag::any);
  d.bias = weights.bias.get_desc();
  d.src_iter = d.dst_iter = state;
  if (weights.layer.cell == Cell::lstm) d.src_iter_c = d.dst_iter_c = state;
  return d;
}

/// Of gradients, those of weights as Keras lays them.
RecurrentDescs gradient_descs_of(const CellWeights& weights, const TrainingShape& shape) {
  const std::int64_t units = weights.layer.units, gates = gate_count(weights.layer);
  const auto layer = [&](std::int64_t width) {
    return Desc({shape.steps, shape.rows, width}, f32,
                dnnl::memory::dims{shape.rows_of_gradients * width, width, 1});
  };
  RecurrentDescs d = descs_of(weights, shape);
  d.src_layer = layer(shape.features);
  d.dst_layer = layer(units);
  d.weights_layer = Desc({1, 1, shape.features, gates, units}, f32, Tag::ldigo);
  d.weights_iter = Desc({1, 1, units, gates, units}, f32, Tag::ldigo);
  return d;
}

CellMemories memories_of(const dnnl::engine& engine, const RecurrentDescs& d) {
  const auto memory = [&](const Desc& of) {
    return of == Desc() ? dnnl::memory() : dnnl::memory(of, engine, nullptr);
  };
  return {memory(d.src_layer),  memory(d.dst_layer), memory(d.src_iter),
          memory(d.src_iter_c), memory(d.dst_iter),  memory(d.dst_iter_c)};
}

}  // namespace

CellTraining make_cell_training(CellWeights& weights, const TrainingShape& shape) {
  const dnnl::engine& engine = weights.engine;
  const RecurrentDescs d = descs_of(weights, shape), diff = gradient_descs_of(weights, shape);
  const auto [forward, backward] = describe_pair(weights, d, diff);
  const CellMemories values = memories_of(engine, d), gradients = memories_of(engine, diff);
  const dnnl::memory workspace(forward.query_md(dnnl::query::workspace_md, 0), engine);
  const dnnl::memory of_kernel(diff.weights_layer, engine, nullptr),
      of_recurrent_kernel(diff.weights_iter, engine, nullptr), of_bias(diff.bias, engine, nullptr);

  const auto arguments_with_weights = [&](const dnnl::primitive_desc& of) {
    std::vector<Execution::Argument> arguments{
        {DNNL_ARG_WEIGHTS_LAYER, weights.kernel.in_layout(of.query_md(dnnl::query::weights_md, 0))},
        {DNNL_ARG_WEIGHTS_ITER, weights.recurrent_kernel.in_layout(of.query_md(dnnl::query::weights_md, 1))},
        {DNNL_ARG_BIAS, weights.bias},
        {DNNL_ARG_SRC_LAYER, values.src_layer},
        {DNNL_ARG_SRC_ITER, values.src_iter},
        {DNNL_ARG_DST_LAYER, values.dst_layer},
        {DNNL_ARG_DST_ITER, values.dst_iter},
        {DNNL_ARG_WORKSPACE, workspace}};
    if (values.src_iter_c) {
      arguments.push_back({DNNL_ARG_SRC_ITER_C, values.src_iter_c});
      arguments.push_back({DNNL_ARG_DST_ITER_C, values.dst_iter_c});
    }
    return arguments;
  };
  std::vector<Execution::Argument> of_backward = arguments_with_weights(backward);
  for (const Execution::Argument& argument : {Execution::Argument{DNNL_ARG_DIFF_WEIGHTS_LAYER, of_kernel},
                                              {DNNL_ARG_DIFF_WEIGHTS_ITER, of_recurrent_kernel},
                                              {DNNL_ARG_DIFF_BIAS, of_bias},
                                              {DNNL_ARG_DIFF_SRC_LAYER, gradients.src_layer},
                                              {DNNL_ARG_DIFF_SRC_ITER, gradients.src_iter},
                                              {DNNL_ARG_DIFF_DST_LAYER, gradients.dst_layer},
                                              {DNNL_ARG_DIFF_DST_ITER, gradients.dst_iter}})
    of_backward.push_back(argument);
  if (values.src_iter_c) {
    of_backward.push_back({DNNL_ARG_DIFF_SRC_ITER_C, gradients.src_iter_c});
    of_backward.push_back({DNNL_ARG_DIFF_DST_ITER_C, gradients.dst_iter_c});
  }
  return {values,
          gradients,
          of_kernel,
          of_recurrent_kernel,
          of_bias,
          forward.impl_info_str(),
          backward.impl_info_str(),
          Execution(engine, forward, arguments_with_weights(forward)),
          Execution(engine, backward, std::move(of_backward))};
}

}  // namespace lockstep::onednn
