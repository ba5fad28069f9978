#include "cases/pytorch/modules.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"
#include "cases/fields.h"

namespace lockstep::pytorch {
namespace {

constexpr std::array<std::string_view, 4> recurrent_kinds{"weight_ih", "weight_hh", "bias_ih", "bias_hh"};

constexpr const char* accepted_tensors =
    "weight and bias of nn.Linear, weight_ih_lK, weight_hh_lK, bias_ih_lK and bias_hh_lK of nn.LSTM, nn.GRU "
    "and nn.RNN, each with _reverse behind it where there is one, and without _lK of their cells";

[[noreturn]] void refuse(const std::string& tensor, const std::string& what, const std::string& accepted) {
  throw std::invalid_argument(
      fmt::format("tensor {}: {}: accepted are {}", in_quotes(tensor), what, accepted));
}

/// What a tensor looks like that is of no module here; empty: like nothing known.
std::string looks_like(std::string_view name, std::size_t rank) {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (has("weight_hr_l")) return "is of proj_size, which is not computed";
  if (has("running_") || has("num_batches_tracked")) return "is of a batch normalisation";
  if (has("in_proj_") || has("out_proj")) return "is of an attention";
  if (has("weight") && rank > 2) return "is of a convolution, or of no layer that is known";
  if (has("weight") && rank < 2) return "is of a normalisation, or of no layer that is known";
  return "is of no layer that is known";
}

/// "weight_ih_l1_reverse" taken apart.
struct RecurrentName {
  std::string kind;  // weight_ih
  std::int64_t layer = 0;
  bool reverse = false;
};
std::optional<RecurrentName> parse_recurrent(std::string_view name) {
  constexpr std::string_view reverse = "_reverse";
  for (const std::string_view kind : recurrent_kinds) {
    if (!name.starts_with(kind) || !name.substr(kind.size()).starts_with("_l")) continue;
    RecurrentName parsed{std::string(kind), 0, name.ends_with(reverse)};
    std::string_view number = name.substr(kind.size() + 2);
    if (parsed.reverse) number.remove_suffix(reverse.size());
    const bool is_number = !number.empty() && number.size() <= 4 &&
                           number.find_first_not_of("0123456789") == std::string_view::npos &&
                           (number == "0" || number[0] != '0');
    if (!is_number) return std::nullopt;
    parsed.layer = std::stoll(std::string(number));
    return parsed;
  }
  return std::nullopt;
}

const std::vector<std::int64_t>& dims_of(const Tensors& tensors, const std::string& name) {
  return tensors.at(name).dims;
}

/// Refuses another shape than that; one that is not there, too.
void check_shape(const Tensors& tensors, const std::string& name, const std::vector<std::int64_t>& dims,
                 const std::string& why) {
  const auto found = tensors.find(name);
  if (found == tensors.end())
    throw std::invalid_argument(fmt::format("tensor {}: there is none: accepted is one of the shape ({}), {}",
                                            in_quotes(name), fmt::join(dims, ", "), why));
  if (found->second.dims != dims)
    refuse(name, fmt::format("has the shape ({})", fmt::join(found->second.dims, ", ")),
           fmt::format("({}), {}", fmt::join(dims, ", "), why));
}

bool is_of_cell(const std::string& part) {
  return std::ranges::find(recurrent_kinds, part) != recurrent_kinds.end();
}

Module recurrent_module(const std::string& name, const std::vector<std::string>& parts,
                        const Tensors& tensors) {
  Module module;
  module.name = name;
  module.is_cell = is_of_cell(parts.front());
  module.has_bias = false;
  for (const std::string& part : parts) {
    const auto parsed = !module.is_cell    ? parse_recurrent(part)
                        : is_of_cell(part) ? std::optional(RecurrentName{part})
                                           : std::nullopt;
    const std::string full = tensor_name(module, part);
    if (!parsed) refuse(full, looks_like(part, dims_of(tensors, full).size()), accepted_tensors);
    module.layers = std::max(module.layers, parsed->layer + 1);
    module.bidirectional = module.bidirectional || parsed->reverse;
    module.has_bias = module.has_bias || parsed->kind.starts_with("bias");
  }
  const std::string first = suffix_of(module, 0, false);
  const std::string recurrent = tensor_name(module, "weight_hh" + first),
                    input = tensor_name(module, "weight_ih" + first);
  for (const std::string& needed : {recurrent, input})
    if (!tensors.contains(needed))
      throw std::invalid_argument(fmt::format(
          "tensor {}: there is none: accepted is one beside the other of its layer", in_quotes(needed)));
  const auto& hh = dims_of(tensors, recurrent);
  const bool square = hh.size() == 2 && hh[1] > 0 && hh[0] % hh[1] == 0;
  const std::int64_t gates = square ? hh[0] / hh[1] : 0;
  if (gates != 1 && gates != 3 && gates != 4)
    refuse(recurrent, fmt::format("has the shape ({})", fmt::join(hh, ", ")),
           "(units, units) of nn.RNN, (3 units, units) of nn.GRU and (4 units, units) of nn.LSTM");
  module.cell = gates == 1 ? Cell::simple_rnn : gates == 3 ? Cell::gru : Cell::lstm;
  module.units = hh[1];
  const auto& ih = dims_of(tensors, input);
  if (ih.size() != 2 || ih[1] < 1)
    refuse(input, fmt::format("has the shape ({})", fmt::join(ih, ", ")),
           fmt::format("({}, features)", hh[0]));
  module.features = ih[1];
  for (std::int64_t layer = 0; layer < module.layers; ++layer)
    for (int direction = 0; direction < (module.bidirectional ? 2 : 1); ++direction) {
      const std::string suffix = suffix_of(module, layer, direction == 1);
      const auto full = [&](const char* kind) { return tensor_name(module, kind + suffix); };
      const std::string why = fmt::format("as its {} units take", module.units);
      check_shape(tensors, full("weight_ih"),
                  {hh[0], layer == 0 ? module.features : module.output_features()}, why);
      check_shape(tensors, full("weight_hh"), hh, why);
      for (const char* bias : {"bias_ih", "bias_hh"})
        if (module.has_bias) check_shape(tensors, full(bias), {hh[0]}, why);
    }
  return module;
}

Module linear_module(const std::string& name, const std::vector<std::string>& parts, const Tensors& tensors) {
  Module module;
  module.name = name;
  module.is_linear = true;
  module.has_bias = false;
  for (const std::string& part : parts) {
    const std::string full = tensor_name(module, part);
    const std::size_t rank = dims_of(tensors, full).size();
    if ((part != "weight" && part != "bias") || (part == "weight" && rank != 2))
      refuse(full,
             fmt::format("{} and has the shape ({})", looks_like(part, rank),
                         fmt::join(dims_of(tensors, full), ", ")),
             accepted_tensors);
    module.has_bias = module.has_bias || part == "bias";
  }
  const std::string weight = tensor_name(module, "weight");
  if (!tensors.contains(weight))
    throw std::invalid_argument(
        fmt::format("tensor {}: there is none: accepted is one beside its bias", in_quotes(weight)));
  module.units = dims_of(tensors, weight)[0];
  module.features = dims_of(tensors, weight)[1];
  if (module.units < 1 || module.features < 1)
    refuse(weight, fmt::format("has the shape ({})", fmt::join(dims_of(tensors, weight), ", ")),
           "sizes from 1 on");
  if (module.has_bias)
    check_shape(tensors, tensor_name(module, "bias"), {module.units},
                fmt::format("as its {} outputs take", module.units));
  return module;
}

}  // namespace

std::string tensor_name(const Module& module, const std::string& tensor) {
  return module.name.empty() ? tensor : fmt::format("{}.{}", module.name, tensor);
}

std::string suffix_of(const Module& module, std::int64_t layer, bool reverse) {
  if (module.is_cell) return "";
  return fmt::format("_l{}{}", layer, reverse ? "_reverse" : "");
}

std::vector<Module> find_modules(const Tensors& tensors) {
  std::map<std::string, std::vector<std::string>> parts;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos)
      parts[""].push_back(name);
    else
      parts[checked_name(name.substr(0, dot), "a module")].push_back(name.substr(dot + 1));
  }
  std::vector<Module> modules;
  for (const auto& [name, its] : parts) {
    const bool is_recurrent = std::ranges::any_of(its, [](const std::string& part) {
      return part.find("_ih_l") != std::string::npos || is_of_cell(part);
    });
    modules.push_back(is_recurrent ? recurrent_module(name, its, tensors)
                                   : linear_module(name, its, tensors));
  }
  for (const auto& [name, tensor] : tensors)
    if (!tensor.holds_floats)
      refuse(name, fmt::format("holds values of the type {}", tensor.dtype), float_types());
  if (modules.empty())
    throw std::invalid_argument(fmt::format("holds no tensor: accepted are {}", accepted_tensors));
  return modules;
}

}  // namespace lockstep::pytorch
