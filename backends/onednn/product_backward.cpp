#include "backends/onednn/product_backward.h"

#include <algorithm>
#include <utility>

#include "backends/onednn/activation.h"
#include "backends/onednn/describe.h"

namespace lockstep::onednn {
namespace {

using Tag = dnnl::memory::format_tag;
constexpr auto f32 = dnnl::memory::data_type::f32;

}  // namespace

ProductBackward::ProductBackward(DenseWeights& weights, std::int64_t rows)
    : rows_(rows),
      input_({{rows, weights.features}, f32, Tag::ab}, weights.engine, nullptr),
      output_({{rows, weights.units}, f32, Tag::ab}, weights.engine, nullptr),
      of_output_(output_.get_desc(), weights.engine, nullptr),
      of_input_(input_.get_desc(), weights.engine, nullptr),
      of_sums_(output_.get_desc(), weights.engine, nullptr) {
  const dnnl::engine& engine = weights.engine;
  const auto attributes = user_scratchpad();
  const Desc input = input_.get_desc(), output = output_.get_desc();
  std::vector<Eltwise> chain = backward_chain(weights.activation);
  if (!weights.kernel && weights.activation == Activation::linear)
    chain = {{dnnl::algorithm::eltwise_linear, 1, 0}};
  for (const auto& eltwise : chain)
    add_activation(engine, describe_eltwise_backward(engine, attributes, eltwise, output),
                   eltwise.algorithm == dnnl::algorithm::eltwise_linear ? DNNL_ARG_SRC : DNNL_ARG_DST);
  if (weights.activation == Activation::softmax)
    add_activation(engine, describe_softmax_backward(engine, attributes, output, 1), DNNL_ARG_DST);
  if (!weights.kernel) return;

  if (!activation_.empty()) sums_ = Buffer<float>(rows * weights.units);
  const Desc any_kernel({weights.units, weights.features}, f32, Tag::any);
  const auto forward =
      describe_training<dnnl::inner_product_forward>(engine, attributes, input, any_kernel, output);
  const auto to_input = describe_backward<dnnl::inner_product_backward_data>(engine, attributes, forward,
                                                                             input, any_kernel, output);
  to_input_ =
      make(engine, to_input,
           {{DNNL_ARG_DIFF_SRC, of_input_},
            {DNNL_ARG_WEIGHTS, weights.kernel->in_layout(to_input.query_md(dnnl::query::weights_md, 0))},
            {DNNL_ARG_DIFF_DST, of_sums_}});
  const Desc kernel({weights.units, weights.features}, f32, Tag::ba);
  of_kernel_ = dnnl::memory(kernel, engine, nullptr);
  std::vector<Execution::Argument> arguments{
      {DNNL_ARG_SRC, input_}, {DNNL_ARG_DIFF_WEIGHTS, of_kernel_}, {DNNL_ARG_DIFF_DST, of_sums_}};
  if (weights.bias) {
    const Desc bias = weights.bias.get_desc();
    of_bias_ = dnnl::memory(bias, engine, nullptr);
    arguments.push_back({DNNL_ARG_DIFF_BIAS, of_bias_});
    const auto forward_with_bias =
        describe_training<dnnl::inner_product_forward>(engine, attributes, input, any_kernel, bias, output);
    to_weights_ = make(engine,
                       describe_backward<dnnl::inner_product_backward_weights>(
                           engine, attributes, forward_with_bias, input, kernel, bias, output),
                       std::move(arguments));
  } else {
    to_weights_ = make(engine,
                       describe_backward<dnnl::inner_product_backward_weights>(engine, attributes, forward,
                                                                               input, kernel, output),
                       std::move(arguments));
  }
}

std::optional<Execution> ProductBackward::make(const dnnl::engine& engine, const dnnl::primitive_desc& desc,
                                               std::vector<Execution::Argument> arguments) {
  const std::string name = desc.impl_info_str();
  if (implementation_.empty())
    implementation_ = name;
  else if (implementation_.find(name) == std::string::npos)
    implementation_ += " and " + name;
  return Execution(engine, desc, std::move(arguments));
}

void ProductBackward::add_activation(const dnnl::engine& engine, const dnnl::primitive_desc& desc,
                                     int values_as) {
  activation_.push_back(*make(engine, desc,
                              {{values_as, output_},
                               {DNNL_ARG_DIFF_DST, activation_.empty() ? of_output_ : of_sums_},
                               {DNNL_ARG_DIFF_SRC, of_sums_}}));
}

std::int64_t ProductBackward::scratchpad_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& stage : activation_) bytes = std::max(bytes, stage.scratchpad_bytes());
  for (const auto* stage : {&to_input_, &to_weights_})
    if (*stage) bytes = std::max(bytes, (*stage)->scratchpad_bytes());
  return bytes;
}

void ProductBackward::use_scratchpad(char* scratchpad) {
  for (auto& stage : activation_) stage.use_scratchpad(scratchpad);
  for (auto* stage : {&to_input_, &to_weights_})
    if (*stage) (*stage)->use_scratchpad(scratchpad);
}

void ProductBackward::run(const dnnl::stream& stream, const ProductGradients& arrays) {
  const bool is_product = to_input_.has_value();
  if (!is_product && arrays.of_input == nullptr) return;
  point(output_, arrays.output);
  point(of_output_, arrays.of_output);
  if (!is_product)
    point(of_sums_, arrays.of_input);
  else
    point(of_sums_, activation_.empty() ? arrays.of_output : sums_.data());
  for (const auto& stage : activation_) stage.run(stream);
  if (is_product && arrays.of_input != nullptr) {
    point(of_input_, arrays.of_input);
    to_input_->run(stream);
  }
  if (is_product && arrays.of_kernel != nullptr) {
    point(input_, arrays.input);
    point(of_kernel_, arrays.of_kernel);
    if (of_bias_) point(of_bias_, arrays.of_bias);
    to_weights_->run(stream);
  }
}

}  // namespace lockstep::onednn
