#include "backends/problem_text.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "backends/spec_names.h"

namespace lockstep {
namespace {

/// One "key:value" of the text form. An empty text from `print` leaves the field out.
struct Field {
  std::string_view key;
  std::function<std::string()> print;
  std::function<void(std::string_view)> parse;
};

[[noreturn]] void refuse(std::string_view key, std::string_view value, std::string_view accepted) {
  throw std::invalid_argument(fmt::format("{} is {}: accepted are {}", key, in_quotes(value), accepted));
}

template <class Integer>
Field number(std::string_view key, Integer& target) {
  return {key, [&target] { return fmt::to_string(target); },
          [key, &target](std::string_view value) {
            Integer parsed{};
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
            if (error != std::errc{} || end != value.data() + value.size())
              refuse(key, value, "whole numbers from 1 on");
            target = parsed;
          }};
}

enum class Shown { always, unless_default };

Field flag(std::string_view key, bool& target, Shown shown) {
  const bool usual = target;
  return {key,
          [&target, usual, shown] {
            return shown == Shown::unless_default && target == usual ? "" : target ? "1" : "0";
          },
          [key, &target](std::string_view value) {
            if (value != "0" && value != "1") refuse(key, value, "0 and 1");
            target = value == "1";
          }};
}

template <class Enum, std::size_t N>
Field choice(std::string_view key, Enum& target, const Names<Enum, N>& names, Shown shown) {
  const Enum usual = target;
  return {key,
          [&target, &names, usual, shown] {
            return shown == Shown::unless_default && target == usual ? std::string{}
                                                                     : std::string(names.of(target));
          },
          [key, &target, &names](std::string_view value) {
            const auto parsed = names.parse(value);
            if (!parsed) refuse(key, value, names.accepted());
            target = *parsed;
          }};
}

// Each add_fields is given default values, so that a field knows what "default" is before `assign` sets the
// real ones.
void add_fields(RecurrentSpec& layer, Problem& problem, std::vector<Field>& fields) {
  fields.push_back(number("U", layer.units));
  fields.push_back(flag("seq", layer.return_sequences, Shown::always));
  fields.push_back(choice("act", layer.activation, activation_names, Shown::unless_default));
  if (layer.cell != Cell::simple_rnn)
    fields.push_back(choice("rec_act", layer.recurrent_activation, activation_names, Shown::unless_default));
  fields.push_back(flag("bias", layer.use_bias, Shown::unless_default));
  if (layer.cell == Cell::gru) fields.push_back(flag("reset_after", layer.reset_after, Shown::always));
  fields.push_back(flag("back", layer.go_backwards, Shown::unless_default));
  fields.push_back(flag("zero_mask", layer.zero_output_for_mask, Shown::unless_default));
  fields.push_back(choice("mask", problem.extras.mask, mask_pattern_names, Shown::unless_default));
  fields.push_back(flag("state", problem.extras.initial_state, Shown::unless_default));
  fields.push_back(flag("final", problem.extras.final_state, Shown::unless_default));
}
void add_fields(DenseSpec& layer, Problem&, std::vector<Field>& fields) {
  fields.push_back(number("U", layer.units));
  fields.push_back(choice("style", layer.style, dense_style_names, Shown::always));
  fields.push_back(choice("act", layer.activation, activation_names, Shown::unless_default));
  fields.push_back(flag("bias", layer.use_bias, Shown::unless_default));
}
void add_fields(ActivationSpec& layer, Problem&, std::vector<Field>& fields) {
  fields.push_back(choice("act", layer.activation, activation_names, Shown::always));
}

/// The fields of `problem`, which holds the default values of its kind of layer.
std::vector<Field> fields_of(Problem& problem) {
  std::vector<Field> fields{number("B", problem.shape.batch), number("T", problem.shape.time_steps),
                            number("F", problem.shape.features)};
  std::visit([&](auto& layer) { add_fields(layer, problem, fields); }, problem.layer);
  fields.push_back(choice("pass", problem.exec.pass, pass_names, Shown::unless_default));
  fields.push_back(number("threads", problem.exec.threads));
  return fields;
}

constexpr std::string_view dense_kind = "dense", activation_kind = "activation";

std::string_view kind_of(const Problem& problem) {
  if (const auto* recurrent = as_recurrent(problem)) return to_string(recurrent->cell);
  return as_dense(problem) != nullptr ? dense_kind : activation_kind;
}

/// A problem with the default values of the kind of layer, if there is such a kind.
std::optional<Problem> find_default_problem(std::string_view kind) {
  Problem problem;
  if (kind == dense_kind) {
    problem.layer = DenseSpec{};
  } else if (kind == activation_kind) {
    problem.layer = ActivationSpec{};
  } else if (const auto cell = cell_names.parse(kind)) {
    RecurrentSpec layer;
    layer.cell = *cell;
    problem.layer = layer;
  } else {
    return std::nullopt;
  }
  return problem;
}
Problem default_problem(std::string_view kind) {
  if (auto problem = find_default_problem(kind)) return *problem;
  throw std::invalid_argument(fmt::format("unknown layer {}: accepted are {}, dense, activation",
                                          in_quotes(kind), cell_names.accepted()));
}

}  // namespace

std::string to_string(const Problem& problem) {
  Problem shown = default_problem(kind_of(problem));
  const std::vector<Field> fields = fields_of(shown);
  shown = problem;  // the variant keeps its alternative, so the fields' references stay good
  std::string text(kind_of(problem));
  for (const Field& field : fields)
    if (const std::string value = field.print(); !value.empty())
      text += fmt::format("/{}:{}", field.key, value);
  return text;
}

Problem parse_problem(std::string_view text) {
  const std::string_view whole = text;
  bool is_last = false;  // part: no slash came after it
  const auto next_part = [&text, &is_last] {
    const auto part = text.substr(0, text.find('/'));
    is_last = part.size() == text.size();
    text.remove_prefix(is_last ? text.size() : part.size() + 1);
    return part;
  };
  try {
    Problem problem = default_problem(next_part());
    const std::vector<Field> fields = fields_of(problem);
    std::vector<bool> seen(fields.size());
    while (!is_last) {
      const auto part = next_part();
      const auto colon = part.find(':');
      const auto key = part.substr(0, colon);
      std::size_t i = 0;
      while (i < fields.size() && fields[i].key != key) ++i;
      if (i == fields.size() || colon == std::string_view::npos) {
        std::string accepted;
        for (const Field& field : fields) (accepted += accepted.empty() ? "" : ", ") += field.key;
        throw std::invalid_argument(
            fmt::format("unknown field {}: accepted are key:value with {}", in_quotes(part), accepted));
      }
      if (seen[i]) throw std::invalid_argument(fmt::format("{} is given twice", key));
      seen[i] = true;
      fields[i].parse(part.substr(colon + 1));
    }
    validate(problem);
    return problem;
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("problem {}: {}", in_quotes(whole), error.what()));
  }
}

bool has_field(std::string_view layer, std::string_view key) {
  auto problem = find_default_problem(layer);
  if (!problem) return false;
  const std::vector<Field> fields = fields_of(*problem);
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return field.key == key; });
}

}  // namespace lockstep
