#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>

/// What is used of ONNX Runtime's C API. Its header is in no package of PyPI, which has the library, nor of
/// Debian 12: so each function is declared here by its place in the library's tables. A table has the places
/// that https://onnxruntime.ai/docs/api/c/struct_ort_api.html and struct_ort_model_editor_api.html list; from
/// one version to the next it only grows at its end. Strings and arrays that a function takes are read until
/// it returns.
namespace lockstep::onnxruntime {

inline constexpr std::uint32_t api_version = 22;  // the first that makes graphs without a file

// Of these the library alone knows more.
struct OrtEnv;
struct OrtGraph;
struct OrtIoBinding;
struct OrtMemoryInfo;
struct OrtModel;
struct OrtNode;
struct OrtOpAttr;
struct OrtSession;
struct OrtSessionOptions;
struct OrtStatus;
struct OrtTensorTypeAndShapeInfo;
struct OrtTypeInfo;
struct OrtValue;
struct OrtValueInfo;

enum class LogLevel : int { error = 3 };
enum class ElementType : int { float32 = 1 };
enum class AllocatorType : int { arena = 1 };
enum class MemoryType : int { default_of_device = 0 };
enum class Optimizations : int { all = 99 };
enum class AttributeType : int { integer = 1, number = 3, floats = 4, string = 5, strings = 6 };

using AnyFunction = void (*)();
struct ApiBase {
  const AnyFunction* (*functions)(std::uint32_t api_version) noexcept;  // none: the library is older
  const char* (*version)() noexcept;
};
extern "C" const ApiBase* OrtGetApiBase() noexcept;

/// Throws std::runtime_error where the library is older than api_version.
inline const AnyFunction* functions() {
  static const AnyFunction* const table = OrtGetApiBase()->functions(api_version);
  if (table == nullptr) throw std::runtime_error("needs ONNX Runtime 1.22 or later");
  return table;
}
template <std::size_t place>
struct Release {
  template <class T>
  void operator()(T* one) const {
    reinterpret_cast<void (*)(T*)>(functions()[place])(one);
  }
};
template <class T, std::size_t place>
using Owned = std::unique_ptr<T, Release<place>>;
using Env = Owned<OrtEnv, 92>;
using Status = Owned<OrtStatus, 93>;
using MemoryInfo = Owned<OrtMemoryInfo, 94>;
using OwnedSession = Owned<OrtSession, 95>;
using Value = Owned<OrtValue, 96>;
using TypeInfo = Owned<OrtTypeInfo, 98>;
using TensorInfo = Owned<OrtTensorTypeAndShapeInfo, 99>;
using SessionOptions = Owned<OrtSessionOptions, 100>;
using IoBinding = Owned<OrtIoBinding, 135>;
using OpAttr = Owned<OrtOpAttr, 212>;
using ValueInfo = Owned<OrtValueInfo, 285>;
using OwnedNode = Owned<OrtNode, 286>;
using OwnedGraph = Owned<OrtGraph, 287>;
using Model = Owned<OrtModel, 288>;

/// A function of a table by its place; it throws std::runtime_error with the library's message.
template <auto table, std::size_t place, class... Arguments>
struct Function {
  void operator()(Arguments... arguments) const {
    constexpr std::size_t get_error_message = 2;
    const Status status(reinterpret_cast<OrtStatus* (*)(Arguments...)>(table()[place])(arguments...));
    if (!status) return;
    const auto message = reinterpret_cast<const char* (*)(const OrtStatus*)>(functions()[get_error_message]);
    throw std::runtime_error(message(status.get()));
  }
};
template <std::size_t place, class... Arguments>
inline constexpr Function<&functions, place, Arguments...> function{};

using Texts = const char* const*;
using Dims = const std::int64_t*;
inline constexpr auto create_env = function<3, LogLevel, const char* /*log id*/, OrtEnv**>;
inline constexpr auto create_session_options = function<10, OrtSessionOptions**>;
inline constexpr auto set_optimizations = function<23, OrtSessionOptions*, Optimizations>;
inline constexpr auto set_intra_op_threads = function<24, OrtSessionOptions*, int>;
inline constexpr auto add_config_entry =
    function<130, OrtSessionOptions*, const char* /*key*/, const char* /*value*/>;
inline constexpr auto create_cpu_memory_info = function<69, AllocatorType, MemoryType, OrtMemoryInfo**>;
/// Its data stays the caller's.
inline constexpr auto create_tensor =
    function<49, const OrtMemoryInfo*, void* /*data*/, std::size_t /*bytes*/, Dims, std::size_t, ElementType,
             OrtValue**>;
inline constexpr auto create_tensor_info = function<57, OrtTensorTypeAndShapeInfo**>;
inline constexpr auto set_element_type = function<58, OrtTensorTypeAndShapeInfo*, ElementType>;
inline constexpr auto set_dimensions = function<59, OrtTensorTypeAndShapeInfo*, Dims, std::size_t>;
inline constexpr auto run_with_binding =
    function<133, OrtSession*, const void* /*options, or none*/, const OrtIoBinding*>;
inline constexpr auto create_io_binding = function<134, OrtSession*, OrtIoBinding**>;
inline constexpr auto bind_input = function<136, OrtIoBinding*, const char*, const OrtValue*>;
inline constexpr auto bind_output = function<137, OrtIoBinding*, const char*, const OrtValue*>;
/// Of an array: the number of its elements; of a string: that of its bytes; else 1.
inline constexpr auto create_attribute =
    function<211, const char*, const void* /*data*/, int /*length*/, AttributeType, OrtOpAttr**>;

/// What one of the functions that create puts out.
template <class Owner, class Create, class... Arguments>
Owner created(const Create& create, Arguments... arguments) {
  typename Owner::pointer one = nullptr;
  create(arguments..., &one);
  return Owner(one);
}

}  // namespace lockstep::onnxruntime
