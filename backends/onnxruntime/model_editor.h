#pragma once

#include <cstddef>
#include <cstdint>

#include "backends/onnxruntime/api.h"

/// What is used of ONNX Runtime's Model Editor, a table of its own, to make a graph without a file. What is
/// set, added, or an attribute of a node is the library's when the function has returned.
namespace lockstep::onnxruntime {

inline const AnyFunction* editor_functions() {
  constexpr std::size_t get_model_editor_api = 291;
  return reinterpret_cast<const AnyFunction* (*)()>(functions()[get_model_editor_api])();
}

template <std::size_t place, class... Arguments>
inline constexpr Function<&editor_functions, place, Arguments...> editor_function{};

inline constexpr auto create_tensor_type =
    editor_function<0, const OrtTensorTypeAndShapeInfo*, OrtTypeInfo**>;
inline constexpr auto create_value_info = editor_function<5, const char*, const OrtTypeInfo*, OrtValueInfo**>;
inline constexpr auto create_node =
    editor_function<6, const char* /*operator*/, const char* /*domain*/, const char* /*name*/,
                    Texts /*inputs*/, std::size_t, Texts /*outputs*/, std::size_t, OrtOpAttr**, std::size_t,
                    OrtNode**>;
inline constexpr auto create_graph = editor_function<7, OrtGraph**>;
inline constexpr auto set_graph_inputs = editor_function<8, OrtGraph*, OrtValueInfo**, std::size_t>;
inline constexpr auto set_graph_outputs = editor_function<9, OrtGraph*, OrtValueInfo**, std::size_t>;
inline constexpr auto add_constant =
    editor_function<10, OrtGraph*, const char*, OrtValue*, bool /*not to be copied*/>;
inline constexpr auto add_node = editor_function<11, OrtGraph*, OrtNode*>;
inline constexpr auto create_model =
    editor_function<12, Texts /*domains*/, const int* /*versions*/, std::size_t, OrtModel**>;
inline constexpr auto add_graph = editor_function<13, OrtModel*, OrtGraph*>;
inline constexpr auto create_session =
    editor_function<14, const OrtEnv*, const OrtModel*, const OrtSessionOptions*, OrtSession**>;

}  // namespace lockstep::onnxruntime
