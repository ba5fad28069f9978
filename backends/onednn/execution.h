#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/onednn/api.h"
#include "backends/tensor.h"

namespace lockstep::onednn {

/// Calls `call`; what oneDNN throws becomes a std::runtime_error of one line.
template <class Call>
auto with_plain_errors(Call&& call);
[[noreturn]] void throw_plain(const std::string& what, dnnl_status_t);

/// The attributes of every primitive here: its scratchpad comes from outside.
dnnl::primitive_attr user_scratchpad(const dnnl::post_ops& = {});

/// Lets a memory object stand for the caller's array.
inline void point(dnnl::memory& memory, const float* data) {
  memory.set_data_handle(const_cast<float*>(data));
}

/// A primitive with its arguments bound once. Running it makes no list of them; memory objects that are
/// pointed elsewhere between two runs are followed.
class Execution {
 public:
  struct Argument {
    int name;  // DNNL_ARG_*
    dnnl::memory memory;
  };
  Execution(const dnnl::engine&, const dnnl::primitive_desc_base&, std::vector<Argument>);

  /// Bytes of scratchpad that a run needs, at an address of any alignment.
  std::int64_t scratchpad_bytes() const { return scratchpad_bytes_; }
  /// To be called before the first run. Executions that never run at once may share one.
  void use_scratchpad(char* scratchpad) { scratchpad_.set_data_handle(scratchpad); }

  void run(const dnnl::stream&) const;

 private:
  dnnl::primitive primitive_;
  dnnl::memory scratchpad_;
  std::int64_t scratchpad_bytes_;
  std::vector<Argument> arguments_;
  std::vector<dnnl_exec_arg_t> handles_;  // of arguments_ and scratchpad_
};

/// One matrix of weights in the layouts that primitives ask for. Primitives that agree on one share a copy.
class PackedWeights {
 public:
  /// `plain` is read by in_layout only.
  PackedWeights(const dnnl::engine& engine, const Desc& desc, const float* plain);
  dnnl::memory in_layout(const Desc&);
  /// Gives other values to all that in_layout has returned. Allocates nothing.
  void update(const dnnl::stream&, const float* plain);

 private:
  struct Copy {
    dnnl::memory packed;
    Execution reorder;
    Buffer<char> scratchpad;
  };
  dnnl::engine engine_;
  dnnl::memory plain_;
  std::vector<Copy> copies_;
};

template <class Call>
auto with_plain_errors(Call&& call) {
  try {
    return call();
  } catch (const dnnl::error& error) {
    throw_plain(error.message, error.status);
  }
}

}  // namespace lockstep::onednn
