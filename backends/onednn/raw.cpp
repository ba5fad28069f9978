#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/module.h"
#include "backends/onednn/describe.h"
#include "backends/raw_backend.h"

namespace lockstep::onednn {
namespace {

using Tag = dnnl::memory::format_tag;
constexpr auto f32 = dnnl::memory::data_type::f32;

/// One primitive of all time steps: time-major, weights in the layout that it asks for, states left out.
struct Steps {
  Steps(const Problem& problem, const Weights& weights) {
    const OneThread one_thread;
    const RecurrentSpec& layer = *as_recurrent(problem);
    const auto& [batch, time_steps, features] = problem.shape;
    const std::int64_t units = layer.units, gates = gate_count(layer),
                       biases = gates + (layer.cell == Cell::gru);
    RecurrentDescs d;
    d.src_layer = Desc({time_steps, batch, features}, f32, Tag::tnc);
    d.dst_layer = Desc({time_steps, batch, units}, f32, Tag::tnc);
    d.weights_layer = Desc({1, 1, features, gates, units}, f32, Tag::any);
    d.weights_iter = Desc({1, 1, units, gates, units}, f32, Tag::any);
    d.bias = Desc({1, 1, biases, units}, f32, Tag::ldgo);
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::primitive_desc desc = describe_layer(layer.cell, attributes, d);
    primitive = dnnl::primitive(desc.get());
    implementation = desc.impl_info_str();

    std::vector<float> bias =
        weights.bias;  // of gru: z and r of input and state as one, h of input, h of state
    if (layer.cell == Cell::gru) {
      for (std::size_t j = 0; j < static_cast<std::size_t>(2 * units); ++j)
        bias[j] += weights.bias[static_cast<std::size_t>(3 * units) + j];
      bias.erase(bias.begin() + 3 * units, bias.begin() + 5 * units);
    }
    memory = {dnnl::memory(d.src_layer, engine, nullptr),
              dnnl::memory(d.dst_layer, engine, nullptr),
              packed({1, 1, features, gates, units}, Tag::ldigo, weights.kernel,
                     desc.query_md(dnnl::query::weights_md, 0)),
              packed({1, 1, units, gates, units}, Tag::ldigo, weights.recurrent_kernel,
                     desc.query_md(dnnl::query::weights_md, 1)),
              packed({1, 1, biases, units}, Tag::ldgo, bias, d.bias),
              dnnl::memory(desc.scratchpad_desc(), engine)};
    constexpr std::array names{DNNL_ARG_SRC_LAYER,    DNNL_ARG_DST_LAYER, DNNL_ARG_WEIGHTS_LAYER,
                               DNNL_ARG_WEIGHTS_ITER, DNNL_ARG_BIAS,      DNNL_ARG_SCRATCHPAD};
    for (std::size_t i = 0; i < names.size(); ++i) arguments[i] = {names[i], memory[i].get()};
  }
  std::string form() const { return implementation + ", tnc"; }

  void compute(const float* input, float* output) {
    const OneThread one_thread;
    memory[0].set_data_handle(const_cast<float*>(input));
    memory[1].set_data_handle(output);
    if (dnnl_primitive_execute(primitive.get(), stream.get(), static_cast<int>(arguments.size()),
                               arguments.data()) != dnnl_success)
      throw std::runtime_error("oneDNN could not execute a primitive");
  }

  dnnl::primitive_desc describe_layer(Cell cell, const dnnl::primitive_attr& attributes,
                                      const RecurrentDescs& d) const {
    const auto forward = dnnl::rnn_direction::unidirectional_left2right;
    const Desc none;
    if (cell == Cell::lstm)
      return describe<dnnl::lstm_forward>(engine, attributes, forward, d.src_layer, none, none,
                                          d.weights_layer, d.weights_iter, d.bias, d.dst_layer, none, none);
    if (cell == Cell::gru)
      return describe<dnnl::lbr_gru_forward>(engine, attributes, forward, d.src_layer, none, d.weights_layer,
                                             d.weights_iter, d.bias, d.dst_layer, none);
    return describe_simple_rnn(dnnl::prop_kind::forward_inference, engine, attributes,
                               {dnnl::algorithm::eltwise_tanh, 0, 0}, d);
  }
  dnnl::memory packed(const dnnl::memory::dims& dims, Tag tag, const std::vector<float>& values,
                      const Desc& as) {
    dnnl::memory plain({dims, f32, tag}, engine, const_cast<float*>(values.data())), to(as, engine);
    dnnl::reorder(plain, to).execute(stream, plain, to);
    return to;
  }

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::primitive primitive;
  std::array<dnnl::memory, 6> memory;
  std::array<dnnl_exec_arg_t, 6> arguments;
  std::string implementation;
};

class Raw : public RawBackend<Steps, Steps, Steps> {
  std::string_view name() const override { return LOCKSTEP_MODULE_NAME; }
  std::string version() const override {
    const auto* library = dnnl::version();
    return fmt::format("one primitive of oneDNN {}.{}.{}", library->major, library->minor, library->patch);
  }
};

}  // namespace
}  // namespace lockstep::onednn

LOCKSTEP_MODULE(lockstep::onednn::Raw)
