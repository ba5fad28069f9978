#include "backends/onednn/product.h"

#include <algorithm>
#include <utility>

#include "backends/onednn/activation.h"
#include "backends/onednn/describe.h"

namespace lockstep::onednn {
namespace {

using Tag = dnnl::memory::format_tag;
constexpr auto f32 = dnnl::memory::data_type::f32;
constexpr auto inference = dnnl::prop_kind::forward_inference;

Activation activation_of(const Problem& problem) {
  const auto* dense = as_dense(problem);
  return dense != nullptr ? dense->activation : std::get<ActivationSpec>(problem.layer).activation;
}

void fill_bias(const Weights& weights, const dnnl::memory& bias) {
  std::copy(weights.bias.begin(), weights.bias.end(), static_cast<float*>(bias.get_data_handle()));
}

}  // namespace

DenseWeights::DenseWeights(const dnnl::engine& engine_, const Problem& problem, const Weights& weights)
    : engine(engine_),
      features(problem.shape.features),
      units(output_features(problem.layer, features)),
      activation(activation_of(problem)) {
  const auto* dense = as_dense(problem);
  if (dense == nullptr) return;
  // oneDNN names the units first, Keras lays the features first.
  kernel.emplace(engine, Desc({units, features}, f32, Tag::ba), weights.kernel.data());
  if (!dense->use_bias) return;
  bias = dnnl::memory({{units}, f32, Tag::a}, engine);
  fill_bias(weights, bias);
}

void DenseWeights::update(const dnnl::stream& stream, const Weights& weights) {
  if (kernel) kernel->update(stream, weights.kernel.data());
  if (bias) fill_bias(weights, bias);
}

Product::Product(DenseWeights& weights, std::int64_t rows)
    : rows_(rows),
      input_({{rows, weights.features}, f32, Tag::ab}, weights.engine, nullptr),
      output_({{rows, weights.units}, f32, Tag::ab}, weights.engine, nullptr) {
  const dnnl::engine& engine = weights.engine;
  const Desc output = output_.get_desc();
  std::vector<Eltwise> chain = eltwise_chain(weights.activation);
  if (weights.kernel) {
    dnnl::post_ops after;
    for (const auto& eltwise : chain) append(after, eltwise);
    const auto attributes = user_scratchpad(after);
    const Desc kernel({weights.units, weights.features}, f32, Tag::any), input = input_.get_desc();
    std::vector<Execution::Argument> arguments{{DNNL_ARG_SRC, input_}, {DNNL_ARG_DST, output_}};
    dnnl::primitive_desc desc;
    if (weights.bias) {
      desc = describe<dnnl::inner_product_forward>(engine, attributes, input, kernel, weights.bias.get_desc(),
                                                   output);
      arguments.push_back({DNNL_ARG_BIAS, weights.bias});
    } else {
      desc = describe<dnnl::inner_product_forward>(engine, attributes, input, kernel, output);
    }
    arguments.push_back(
        {DNNL_ARG_WEIGHTS, weights.kernel->in_layout(desc.query_md(dnnl::query::weights_md, 0))});
    add(engine, desc, std::move(arguments));
  } else {
    if (weights.activation == Activation::linear) chain = {{dnnl::algorithm::eltwise_linear, 1, 0}};
    for (const auto& eltwise : chain)
      add(engine, describe_eltwise(inference, engine, user_scratchpad(), eltwise, output),
          {{DNNL_ARG_SRC, stages_.empty() ? input_ : output_}, {DNNL_ARG_DST, output_}});
  }
  if (weights.activation == Activation::softmax)
    add(engine, describe_softmax(inference, engine, user_scratchpad(), output, 1),
        {{DNNL_ARG_SRC, stages_.empty() ? input_ : output_}, {DNNL_ARG_DST, output_}});
}

void Product::add(const dnnl::engine& engine, const dnnl::primitive_desc& desc,
                  std::vector<Execution::Argument> arguments) {
  if (stages_.empty()) implementation_ = desc.impl_info_str();
  stages_.emplace_back(engine, desc, std::move(arguments));
}

std::int64_t Product::scratchpad_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& stage : stages_) bytes = std::max(bytes, stage.scratchpad_bytes());
  return bytes;
}

void Product::use_scratchpad(char* scratchpad) {
  for (auto& stage : stages_) stage.use_scratchpad(scratchpad);
}

void Product::run(const dnnl::stream& stream, const float* input, float* output) {
  point(input_, input);
  point(output_, output);
  for (const auto& stage : stages_) stage.run(stream);
}

}  // namespace lockstep::onednn
