#include "backends/onnxruntime/session.h"

#include <functional>
#include <numeric>
#include <type_traits>

#include "backends/onnxruntime/model_editor.h"

namespace lockstep::onnxruntime {
namespace {

constexpr int opset = 17;  // the operators used are the same in all later ones

MemoryInfo cpu_memory() {
  return created<MemoryInfo>(create_cpu_memory_info, AllocatorType::arena, MemoryType::default_of_device);
}

/// One for all sessions: the library knows no second.
const OrtEnv* environment() {
  static const Env env = created<Env>(create_env, LogLevel::error, "lockstep");
  return env.get();
}

/// As long as the threads of Team do, so that no thread runs on into what is timed next: the library's own
/// would, for tens of milliseconds.
constexpr const char* spin_microseconds = "50";

SessionOptions options_of(int threads) {
  auto options = created<SessionOptions>(create_session_options);
  set_optimizations(options.get(), Optimizations::all);
  set_intra_op_threads(options.get(), threads);
  add_config_entry(options.get(), "session.intra_op.spin_duration_us", spin_microseconds);
  return options;
}

Value tensor_at(const OrtMemoryInfo* memory, const Tensor& tensor, const float* data) {
  return created<Value>(create_tensor, memory, const_cast<float*>(data),
                        static_cast<std::size_t>(tensor.size()) * sizeof(float), tensor.dims.data(),
                        tensor.dims.size(), ElementType::float32);
}

/// To a function of the library that has returned.
template <class T, class Release>
void give_away(std::unique_ptr<T, Release>& one) {
  static_cast<void>(one.release());
}
template <class Owner>
void give_away(std::vector<Owner>& all) {
  for (Owner& one : all) give_away(one);
}

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

OpAttr attribute_of(const std::string& name, const AttributeValue& value) {
  const auto create = [&](const void* data, std::size_t length, AttributeType type) {
    return created<OpAttr>(create_attribute, name.c_str(), data, static_cast<int>(length), type);
  };
  return std::visit(
      [&]<class T>(const T& one) {
        if constexpr (std::is_same_v<T, std::int64_t>) {
          return create(&one, 1, AttributeType::integer);
        } else if constexpr (std::is_same_v<T, float>) {
          return create(&one, 1, AttributeType::number);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return create(one.data(), one.size(), AttributeType::string);
        } else if constexpr (std::is_same_v<T, std::vector<float>>) {
          return create(one.data(), one.size(), AttributeType::floats);
        } else {
          return create(pointers_to(one).data(), one.size(), AttributeType::strings);
        }
      },
      value);
}

OwnedNode node_of(const Node& node) {
  std::vector<OpAttr> attributes;
  std::vector<OrtOpAttr*> pointers;
  for (const auto& [name, value] : node.attributes) {
    attributes.push_back(attribute_of(name, value));
    pointers.push_back(attributes.back().get());
  }
  const std::vector<const char*> inputs = pointers_to(node.inputs), outputs = pointers_to(node.outputs);
  const char* const domain_of_onnx = "";
  auto one = created<OwnedNode>(create_node, node.operator_name.c_str(), domain_of_onnx,
                                node.operator_name.c_str(), inputs.data(), inputs.size(), outputs.data(),
                                outputs.size(), pointers.data(), pointers.size());
  give_away(attributes);
  return one;
}

ValueInfo info_of(const Tensor& tensor) {
  const auto shape = created<TensorInfo>(create_tensor_info);
  set_element_type(shape.get(), ElementType::float32);
  set_dimensions(shape.get(), tensor.dims.data(), tensor.dims.size());
  const auto type = created<TypeInfo>(create_tensor_type, shape.get());
  return created<ValueInfo>(create_value_info, tensor.name.c_str(), type.get());
}

template <class Set>
void set_tensors(const Set& set, OrtGraph* graph, const std::vector<Tensor>& tensors) {
  std::vector<ValueInfo> infos;
  std::vector<OrtValueInfo*> pointers;
  for (const Tensor& tensor : tensors) {
    infos.push_back(info_of(tensor));
    pointers.push_back(infos.back().get());
  }
  set(graph, pointers.data(), pointers.size());
  give_away(infos);
}

OwnedSession session_of(const Graph& description, int threads) {
  const MemoryInfo memory = cpu_memory();
  auto graph = created<OwnedGraph>(create_graph);
  set_tensors(set_graph_inputs, graph.get(), description.inputs);
  set_tensors(set_graph_outputs, graph.get(), description.outputs);
  for (const auto& [tensor, values] : description.constants) {
    Value value = tensor_at(memory.get(), tensor, values.data());
    add_constant(graph.get(), tensor.name.c_str(), value.get(), false);
    give_away(value);
  }
  for (const Node& one : description.nodes) {
    OwnedNode node = node_of(one);
    add_node(graph.get(), node.get());
    give_away(node);
  }
  const char* const domain_of_onnx = "";
  const auto model = created<Model>(create_model, &domain_of_onnx, &opset, std::size_t{1});
  add_graph(model.get(), graph.get());
  give_away(graph);
  const SessionOptions options = options_of(threads);
  return created<OwnedSession>(create_session, environment(), model.get(), options.get());
}

}  // namespace

std::int64_t Tensor::size() const {
  return std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>());
}

Session::Session(const Graph& graph, int threads)
    : memory_(cpu_memory()),
      session_(session_of(graph, threads)),
      binding_(created<IoBinding>(create_io_binding, session_.get())) {
  for (const Tensor& tensor : graph.inputs) inputs_.push_back({tensor});
  for (const Tensor& tensor : graph.outputs) outputs_.push_back({tensor});
}

void Session::read_from(std::size_t input, const float* data) {
  Place& place = inputs_[input];
  if (place.data == data) return;
  bind_input(binding_.get(), place.tensor.name.c_str(), tensor_at(memory_.get(), place.tensor, data).get());
  place.data = data;
}

void Session::write_to(std::size_t output, float* data) {
  Place& place = outputs_[output];
  if (place.data == data) return;
  bind_output(binding_.get(), place.tensor.name.c_str(), tensor_at(memory_.get(), place.tensor, data).get());
  place.data = data;
}

void Session::run() {
  run_with_binding(session_.get(), nullptr, binding_.get());
}

}  // namespace lockstep::onnxruntime
