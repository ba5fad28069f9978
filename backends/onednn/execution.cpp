#include "backends/onednn/execution.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <oneapi/dnnl/dnnl_debug.h>

namespace lockstep::onednn {

void throw_plain(const std::string& what, dnnl_status_t status) {
  throw std::runtime_error(fmt::format("oneDNN: {} ({})", what, dnnl_status2str(status)));
}

dnnl::primitive_attr user_scratchpad(const dnnl::post_ops& post_ops) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  attributes.set_post_ops(post_ops);
  return attributes;
}

Execution::Execution(const dnnl::engine& engine, const dnnl::primitive_desc_base& desc,
                     std::vector<Argument> arguments)
    : primitive_(desc.get()),
      scratchpad_(desc.scratchpad_desc(), engine, nullptr),
      scratchpad_bytes_(static_cast<std::int64_t>(desc.scratchpad_desc().get_size())),
      arguments_(std::move(arguments)) {
  for (const auto& [name, memory] : arguments_) handles_.push_back({name, memory.get()});
  handles_.push_back({DNNL_ARG_SCRATCHPAD, scratchpad_.get()});
}

void Execution::run(const dnnl::stream& stream) const {
  // Not primitive::execute, which copies its arguments into a new list each time.
  const dnnl_status_t status = dnnl_primitive_execute(primitive_.get(), stream.get(),
                                                      static_cast<int>(handles_.size()), handles_.data());
  if (status != dnnl_success) throw_plain("could not execute a primitive", status);
}

PackedWeights::PackedWeights(const dnnl::engine& engine, const Desc& desc, const float* plain)
    : engine_(engine), plain_(desc, engine, nullptr) {
  point(plain_, plain);
}

dnnl::memory PackedWeights::in_layout(const Desc& desc) {
  for (const auto& copy : copies_)
    if (copy.packed.get_desc() == desc) return copy.packed;
  const dnnl::memory packed(desc, engine_);
  const dnnl::reorder::primitive_desc reorder(engine_, plain_.get_desc(), engine_, desc, user_scratchpad());
  Execution execution(engine_, reorder, {{DNNL_ARG_FROM, plain_}, {DNNL_ARG_TO, packed}});
  Copy& copy = copies_.emplace_back(Copy{packed, std::move(execution), {}});
  copy.scratchpad = Buffer<char>(copy.reorder.scratchpad_bytes());
  copy.reorder.use_scratchpad(copy.scratchpad.data());
  copy.reorder.run(dnnl::stream(engine_));
  return packed;
}

void PackedWeights::update(const dnnl::stream& stream, const float* plain) {
  point(plain_, plain);
  for (const auto& copy : copies_) copy.reorder.run(stream);
}

}  // namespace lockstep::onednn
