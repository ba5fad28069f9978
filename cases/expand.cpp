#include "cases/expand.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "backends/in_quotes.h"
#include "backends/problem_text.h"
#include "cases/covering.h"

namespace lockstep {
namespace {

constexpr std::size_t most_values = 10'000;
constexpr std::size_t most_paired = 200;  // values of all fields

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

[[noreturn]] void refuse_list(std::string_view text) {
  throw std::invalid_argument(
      fmt::format("list {}: accepted are whole numbers from 1 on and ranges with commas between them, as "
                  "in 1,8,64 or 1-9+4 "
                  "or 1-4096*2, up to {} values",
                  in_quotes(text), most_values));
}

std::int64_t parse_number(std::string_view text, std::string_view whole) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1) refuse_list(whole);
  return value;
}

void append_range(std::string_view part, std::string_view whole, std::vector<std::int64_t>& values) {
  const auto dash = part.find('-');
  if (dash == std::string_view::npos) return values.push_back(parse_number(part, whole));
  const auto step_at = part.find_first_of("+*", dash);
  if (step_at == std::string_view::npos) refuse_list(whole);
  const std::int64_t last = parse_number(part.substr(dash + 1, step_at - dash - 1), whole);
  const std::int64_t step = parse_number(part.substr(step_at + 1), whole);
  const bool multiply = part[step_at] == '*';
  std::int64_t value = parse_number(part.substr(0, dash), whole);
  if (value > last || (multiply && step < 2)) refuse_list(whole);
  while (value <= last) {
    if (values.size() >= most_values) refuse_list(whole);
    values.push_back(value);
    if (multiply ? value > last / step : value > last - step) return;
    value = multiply ? value * step : value + step;
  }
}

/// The alternatives of one field: "T:1,2" gives "T:1" and "T:2".
std::vector<std::string> alternatives_of(std::string_view field) {
  const auto colon = field.find(':');
  const auto values = field.substr(colon == std::string_view::npos ? field.size() : colon + 1);
  if (values.find_first_of(",-") == std::string_view::npos) return {std::string(field)};
  const auto key = field.substr(0, colon);
  std::vector<std::string> texts;
  if (std::string_view("0123456789").find(values.front()) == std::string_view::npos || values == "0,1" ||
      values == "1,0") {
    for (const auto value : split(values, ',')) texts.push_back(fmt::format("{}:{}", key, value));
  } else {
    for (const std::int64_t value : parse_list(values)) texts.push_back(fmt::format("{}:{}", key, value));
  }
  return texts;
}

/// Every choice of one value per factor, the last varying fastest.
template <class Use>
void for_each_choice(const std::vector<std::size_t>& sizes, Use&& use) {
  std::vector<std::size_t> choice(sizes.size(), 0);
  for (;;) {
    use(choice);
    std::size_t i = sizes.size();
    while (i > 0 && ++choice[i - 1] == sizes[i - 1]) choice[--i] = 0;
    if (i == 0) return;
  }
}

}  // namespace

std::vector<std::int64_t> parse_list(std::string_view text) {
  std::vector<std::int64_t> values;
  for (const auto part : split(text, ',')) append_range(part, text, values);
  return values;
}

std::vector<Problem> expand_problems(std::string_view text) {
  constexpr std::string_view pairwise = "pairwise:";
  const bool only_pairs = text.starts_with(pairwise);
  const auto parts = split(only_pairs ? text.substr(pairwise.size()) : text, '/');
  const auto layers = split(parts.front(), ',');
  std::vector<Problem> problems;
  for (const auto layer : layers) {
    std::vector<std::vector<std::string>> fields;
    std::vector<std::size_t> every, paired;  // of the fields: those whose values are all combined
    std::size_t product = 1;
    for (auto field = parts.begin() + 1; field != parts.end(); ++field) {
      const auto key = field->substr(0, field->find(':'));
      const auto has_key = [&](std::string_view one) { return has_field(one, key); };
      // A field that none of the layers has is left to parse_problem to refuse.
      if (!has_key(layer) && std::any_of(layers.begin(), layers.end(), has_key)) continue;
      (only_pairs && key != "reset_after" && key != "style" ? paired : every).push_back(fields.size());
      fields.push_back(alternatives_of(*field));
      product = std::min(product, most_values + 1) * fields.back().size();
    }
    if (!only_pairs && problems.size() + product > most_values)
      throw std::invalid_argument(
          fmt::format("problem {}: more than {} problems", in_quotes(text), most_values));
    const auto sizes_of = [&](const std::vector<std::size_t>& some) {
      std::vector<std::size_t> sizes;
      for (const std::size_t i : some) sizes.push_back(fields[i].size());
      return sizes;
    };
    const std::vector<std::size_t> paired_sizes = sizes_of(paired);
    if (std::accumulate(paired_sizes.begin(), paired_sizes.end(), std::size_t{0}) > most_paired)
      throw std::invalid_argument(
          fmt::format("problem {}: more than {} values to pair", in_quotes(text), most_paired));
    const auto pairs = covering_rows(paired_sizes);
    std::vector<std::size_t> choice(fields.size());
    for_each_choice(sizes_of(every), [&](const std::vector<std::size_t>& kind) {
      for (std::size_t i = 0; i < every.size(); ++i) choice[every[i]] = kind[i];
      for (const auto& row : pairs) {
        for (std::size_t i = 0; i < paired.size(); ++i) choice[paired[i]] = row[i];
        std::string one(layer);
        for (std::size_t i = 0; i < fields.size(); ++i) (one += '/') += fields[i][choice[i]];
        problems.push_back(parse_problem(one));
      }
    });
  }
  return problems;
}

}  // namespace lockstep
