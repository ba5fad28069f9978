#include "backends/model_parts.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace lockstep {
namespace {

/// By its name, which of the layers made of layers a node is a part of: "outer/inner" of "outer".
class Wholes {
 public:
  explicit Wholes(const ModelSpec& model) : nested_(model.nested) {
    for (std::size_t i = 0; i < nested_.size(); ++i) places_.emplace(nested_[i].name, i);
  }

  /// Positions in ModelSpec::nested. A call of a layer is no part of its first call: "layer/call_2" not of
  /// "layer".
  std::vector<std::size_t> of(std::string_view node) const {
    std::vector<std::size_t> wholes;
    std::string_view other_call;
    for (std::string_view name = node; !name.empty(); name = before_slash(name)) {
      const auto found = places_.find(name);
      if (found == places_.end() || name == other_call) continue;
      wholes.push_back(found->second);
      other_call = nested_[found->second].call_of;
    }
    return wholes;
  }

 private:
  static std::string_view before_slash(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
  }

  const std::vector<NestedModel>& nested_;
  std::map<std::string_view, std::size_t> places_;
};

}  // namespace

std::vector<bool> unread_parts(const ModelSpec& model, const ModelGraph& graph) {
  const Wholes wholes(model);
  std::vector<bool> is_read(model.nested.size()), unread(model.nodes.size());
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    if (graph.used[i])
      for (const std::size_t whole : wholes.of(model.nodes[i].name)) is_read[whole] = true;
  for (auto node = graph.order.rbegin(); node != graph.order.rend(); ++node) {
    if (graph.used[*node]) continue;
    const auto of = wholes.of(model.nodes[*node].name);
    if (std::any_of(of.begin(), of.end(), [&](std::size_t whole) { return is_read[whole]; }))
      unread[*node] = true;
    if (!unread[*node]) continue;
    for (const std::size_t from : graph.reads[*node])
      if (!graph.used[from]) unread[from] = true;
  }
  return unread;
}

}  // namespace lockstep
