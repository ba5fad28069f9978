#include "cases/model_inputs.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "backends/in_quotes.h"

namespace lockstep {
namespace {

/// What a command line says of an input, in the order of the calls.
struct Named {
  std::string name;
  SymbolicShape takes;
  std::vector<std::filesystem::path> paths;
  ArrayName array = ArrayName::only_or_this;  // in a .npz
};

std::vector<Named> inputs_of(const ModelSpec& model) {
  const ModelGraph graph = resolve(model);
  std::vector<Named> inputs;
  for (const std::size_t node : graph.inputs)
    inputs.push_back({model.nodes[node].name, graph.returns[node], {}});
  return inputs;
}

std::string names_of(const std::vector<Named>& inputs) {
  std::vector<std::string_view> names;
  for (const Named& input : inputs) names.push_back(input.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// The input that a text begins with, as in "NAME=FILE"; null for none.
Named* named_by(std::string_view text, std::vector<Named>& inputs) {
  for (Named& input : inputs)
    if (text.starts_with(input.name) && text.substr(input.name.size()).starts_with('=')) return &input;
  return nullptr;
}

[[noreturn]] void refuse(const std::string& option, const std::string& text,
                         const std::vector<Named>& inputs) {
  if (const std::size_t end = text.find('='); end != std::string::npos)
    throw std::invalid_argument(fmt::format("{} {}: no input is called {}: accepted are {}", option, text,
                                            in_quotes(text.substr(0, end)), names_of(inputs)));
  throw std::invalid_argument(
      fmt::format("{} {}: the model has {} inputs: accepted are NAME=FILE for each of {}, or a .npz file of "
                  "arrays with these names",
                  option, text, inputs.size(), names_of(inputs)));
}

/// Of all of several inputs.
bool is_archive(const std::filesystem::path& path) {
  return path.extension() == ".npz";
}

void assign(const std::string& option, const std::vector<std::string>& texts, std::vector<Named>& inputs) {
  Named* last = inputs.size() == 1 ? &inputs.front() : nullptr;
  for (const std::string& text : texts) {
    Named* const input = named_by(text, inputs);
    if (input != nullptr) {
      last = input;
      input->paths.emplace_back(text.substr(input->name.size() + 1));
    } else if (last != nullptr) {
      last->paths.emplace_back(text);
    } else if (is_archive(text) && text.find('=') == std::string::npos) {
      for (Named& one : inputs) {
        one.paths.emplace_back(text);
        one.array = ArrayName::this_alone;
      }
    } else {
      refuse(option, text, inputs);
    }
  }
}

void check_counts(const std::string& option, const std::vector<Named>& inputs) {
  const Named& first = inputs.front();
  for (const Named& input : inputs) {
    if (input.paths.empty())
      throw std::invalid_argument(
          fmt::format("{}: none is given for {}: accepted are NAME=FILE for each of {}", option,
                      in_quotes(input.name), names_of(inputs)));
    if (input.paths.size() != first.paths.size())
      throw std::invalid_argument(fmt::format("{} names {} files for {} and {} for {}: accepted are as many",
                                              option, first.paths.size(), in_quotes(first.name),
                                              input.paths.size(), in_quotes(input.name)));
  }
}

ArrayFile open_one(const Named& input, std::size_t call, Shapes shapes) {
  const std::filesystem::path& path = input.paths[call];
  ArrayFile x(path, input.name, "the model's input", input.array);
  if (shapes == Shapes::any) return x;
  const auto& dims = x.dims();
  const bool has_rank = dims.size() == (input.takes.sequence ? 3U : 2U);
  if (has_rank && *std::min_element(dims.begin(), dims.end()) > 0 && dims.back() == input.takes.features &&
      (!input.takes.sequence || input.takes.time_steps.value_or(dims[1]) == dims[1]))
    return x;
  throw std::invalid_argument(fmt::format("{}: has the shape ({}): accepted is {}", in_quotes(path.string()),
                                          fmt::join(dims, ", "), to_string(input.takes, "samples")));
}

/// Throws where it is the array of another input, by its name in a .npz file.
void check_name(const ArrayFile& x, const Named& input, const std::vector<Named>& inputs) {
  for (const Named& other : inputs)
    if (other.name == x.name() && other.name != input.name)
      throw std::invalid_argument(
          fmt::format("{}: holds the array {}, which is of another input: accepted is {}",
                      in_quotes(x.path().string()), in_quotes(x.name()), in_quotes(input.name)));
}

/// Throws where they have other numbers of samples.
void check_samples(const ArrayFile& one, const ArrayFile& first) {
  if (one.dims()[0] != first.dims()[0])
    throw std::invalid_argument(fmt::format("{}: has {} samples: accepted are as many as {} has, {}",
                                            in_quotes(one.path().string()), one.dims()[0],
                                            in_quotes(first.path().string()), first.dims()[0]));
}

std::vector<InputFiles> open_calls_of(const ModelSpec& model, const std::string& option,
                                      const std::vector<std::string>& texts, Shapes shapes) {
  std::vector<Named> inputs = inputs_of(model);
  assign(option, texts, inputs);
  check_counts(option, inputs);
  std::vector<InputFiles> calls(inputs.front().paths.size());
  for (std::size_t call = 0; call < calls.size(); ++call)
    for (const Named& input : inputs) {
      calls[call].push_back(open_one(input, call, shapes));
      check_name(calls[call].back(), input, inputs);
      if (shapes == Shapes::checked) check_samples(calls[call].back(), calls.front().front());
    }
  return calls;
}

}  // namespace

std::vector<InputFiles> open_calls(const ModelSpec& model, const std::string& option,
                                   const std::vector<std::string>& texts) {
  return open_calls_of(model, option, texts, Shapes::checked);
}

InputFiles open_call(const ModelSpec& model, const std::string& option, const std::vector<std::string>& texts,
                     Shapes shapes) {
  std::vector<InputFiles> calls = open_calls_of(model, option, texts, shapes);
  if (calls.size() > 1)
    throw std::invalid_argument(
        fmt::format("{} names {} files for one input: accepted is one", option, calls.size()));
  return std::move(calls.front());
}

std::vector<std::array<std::int64_t, 3>> dims_of(const InputFiles& files) {
  std::vector<std::array<std::int64_t, 3>> all;
  for (const ArrayFile& file : files) {
    const auto& dims = file.dims();
    all.push_back({dims.front(), dims.size() == 3 ? dims[1] : 1, dims.back()});
  }
  return all;
}

std::vector<Array<float>> read_arrays(InputFiles& files) {
  std::vector<Array<float>> arrays;
  for (ArrayFile& file : files) arrays.push_back(read_array(file));
  return arrays;
}

Shape shape_of_inputs(const ModelSpec& model, const std::vector<std::array<std::int64_t, 3>>& dims) {
  const auto [batch, time_steps, features] = dims[resolve(model).leading];
  return {batch, time_steps, features};
}

bool have_own_lengths(const ModelSpec& model, const std::vector<std::array<std::int64_t, 3>>& dims) {
  const ModelGraph graph = resolve(model);
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const SymbolicShape& takes = graph.returns[graph.inputs[i]];
    if (takes.sequence && !takes.time_steps && dims[i][1] != dims[graph.leading][1]) return true;
  }
  return false;
}

ModelSpec with_lengths(ModelSpec model, const std::vector<std::array<std::int64_t, 3>>& dims) {
  const ModelGraph graph = resolve(model);
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (auto& input = std::get<InputSpec>(model.nodes[graph.inputs[i]].kind); input.sequence)
      input.time_steps = dims[i][1];
  return model;
}

}  // namespace lockstep
