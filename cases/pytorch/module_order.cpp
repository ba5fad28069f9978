#include "cases/pytorch/module_order.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

namespace lockstep::pytorch {
namespace {

/// "net.10.fc" is "net.#.fc" and {10}.
struct NumberedName {
  std::string text;
  std::vector<std::string> numbers;  // each with as many zeros before it as make their lengths alike
};
NumberedName numbered(const std::string& name) {
  constexpr std::size_t longest = 20;
  NumberedName parsed;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t end = std::min(name.find_first_not_of("0123456789", i), name.size());
    if (end == i) {
      parsed.text += name[i++];
      continue;
    }
    const std::string digits = name.substr(i, end - i);
    parsed.numbers.push_back(std::string(longest - std::min(longest, digits.size()), '0') + digits);
    parsed.text += '#';
    i = end;
  }
  return parsed;
}

bool is_before_by_number(const NumberedName& a, const NumberedName& b) {
  return a.text == b.text && a.numbers < b.numbers;
}

/// Finds orders until there are two, or it has looked long enough.
class Search {
 public:
  Search(const std::vector<Module>& modules, bool recurrent_first)
      : modules_(modules), used_(modules.size(), false), after_(modules.size()) {
    std::vector<NumberedName> names;
    for (const Module& module : modules) names.push_back(numbered(module.name));
    for (std::size_t i = 0; i < modules.size(); ++i)
      for (std::size_t j = 0; j < modules.size(); ++j)
        if (is_before_by_number(names[j], names[i]) ||
            (recurrent_first && modules[i].is_linear && !modules[j].is_linear))
          after_[i].push_back(j);
    extend();
  }
  const std::vector<std::vector<std::size_t>>& orders() const { return orders_; }
  bool came_to_an_end() const { return steps_ < most_steps; }

 private:
  void extend() {
    if (orders_.size() > 1 || ++steps_ >= most_steps) return;
    if (order_.size() == modules_.size()) orders_.push_back(order_);
    for (std::size_t next = 0; next < modules_.size(); ++next) {
      if (used_[next] ||
          (!order_.empty() && modules_[next].features != modules_[order_.back()].output_features()) ||
          !std::ranges::all_of(after_[next], [&](std::size_t before) { return used_[before]; }))
        continue;
      used_[next] = true;
      order_.push_back(next);
      extend();
      order_.pop_back();
      used_[next] = false;
    }
  }

  static constexpr int most_steps = 20'000;
  const std::vector<Module>& modules_;
  std::vector<bool> used_;
  std::vector<std::vector<std::size_t>> after_;  // of each module, those that must come before it
  std::vector<std::size_t> order_;
  std::vector<std::vector<std::size_t>> orders_;
  int steps_ = 0;
};

}  // namespace

std::string listed(const std::vector<Module>& modules) {
  constexpr std::size_t most = 8;
  std::vector<std::string> all;
  for (const Module& module : modules) {
    if (all.size() == most) {
      all.emplace_back("...");
      break;
    }
    all.push_back(
        fmt::format("{} ({} to {})", in_quotes(module.name), module.features, module.output_features()));
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

std::vector<std::size_t> order_of(const std::vector<Module>& modules) {
  constexpr std::size_t most_modules = 200;
  if (modules.size() > most_modules)
    throw std::invalid_argument(
        fmt::format("it has {} modules, too many to look for their order", modules.size()));
  const Search any(modules, false);
  if (any.orders().size() == 1 && any.came_to_an_end()) return any.orders().front();
  const Search recurrent_first(modules, true);
  if (recurrent_first.orders().size() == 1 && recurrent_first.came_to_an_end())
    return recurrent_first.orders().front();
  const bool there_are_some = !any.orders().empty() || !any.came_to_an_end();
  throw std::invalid_argument(fmt::format("in {} its modules each read what the one before them returns: {}",
                                          there_are_some ? "more than one order" : "no order",
                                          listed(modules)));
}

}  // namespace lockstep::pytorch
