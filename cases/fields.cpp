#include "cases/fields.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "backends/spec_names.h"

namespace lockstep {
namespace {

const Json& null() {
  static const Json value;
  return value;
}

constexpr int deepest_json = 100;

/// How many brackets are open at once outside texts, before it is known whether it is JSON: the library's
/// callback that tells takes quadratic time.
int depth_of(const std::string& text) {
  int depth = 0, deepest = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') in_text = !in_text;
    if (in_text && c == '\\') ++i;
    if (in_text) continue;
    if (c == '{' || c == '[') deepest = std::max(deepest, ++depth);
    if (c == '}' || c == ']') --depth;
  }
  return deepest;
}

/// Throws std::invalid_argument at the second of two keys alike in one object; takes no more memory than the
/// keys of the objects that are open.
class UniqueKeys : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    open_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    if (open_.back().insert(name).second) return true;
    throw std::invalid_argument(fmt::format("has the key {} twice: accepted is once", in_quotes(name)));
  }
  bool end_object() override {
    open_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;  // for Json::parse to tell
  }

 private:
  std::vector<std::set<std::string>> open_;
};

}  // namespace

Json parse_json(const std::string& text) {
  if (depth_of(text) > deepest_json)
    throw std::invalid_argument(
        fmt::format("is nested deeper than {} levels: accepted is no more", deepest_json));
  UniqueKeys keys;
  Json::sax_parse(text, &keys);
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    throw std::invalid_argument(
        fmt::format("is no JSON: {}: accepted is JSON in UTF-8", in_quotes(error.what())));
  }
}

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::optional<Activation> parse_activation(const Json& name) {
  return name.is_string() ? activation_names.parse(name.get_ref<const std::string&>()) : std::nullopt;
}

namespace {

/// The beginning of a value, with `left` values in it at most.
Json beginning(const Json& value, std::size_t& left) {
  if (left > 0) --left;
  if (!value.is_structured()) return value;
  Json some = value.is_array() ? Json::array() : Json::object();
  for (const auto& [key, one] : value.items()) {
    if (left == 0) break;
    if (value.is_array())
      some.push_back(beginning(one, left));
    else
      some[key] = beginning(one, left);
  }
  return some;
}

}  // namespace

std::string shown(const Json& value) {
  constexpr std::size_t longest = 120;
  std::size_t left = longest;  // each is a byte at least
  std::string text = json_text(beginning(value, left));
  if (text.size() > longest) text = fmt::format("{}...", text.substr(0, longest));
  return text;
}

std::string checked_name(const std::string& name, const std::string& where) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  constexpr std::size_t longest = 200;
  if (name.empty() || name.size() > longest || std::ranges::any_of(name, is_control))
    throw std::invalid_argument(
        fmt::format("{}: its name is {}: accepted are 1 to {} bytes, none a control character", where,
                    in_quotes(name), longest));
  return name;
}

Fields::Fields(const Json& object, std::string where) : object_(&object), where_(std::move(where)) {
  if (!object.is_object())
    throw std::invalid_argument(fmt::format("{} is {}: accepted is an object", where_, shown(object)));
}

const Json& Fields::take(std::string_view key) {
  taken_.emplace(key);
  const auto found = object_->find(key);
  return found == object_->end() ? null() : *found;
}

const Json& Fields::need(std::string_view key) {
  if (!object_->contains(key))
    throw std::invalid_argument(fmt::format("{} has no {}: accepted is one with it", where_, key));
  return take(key);
}

std::string Fields::text(std::string_view key) {
  const Json& value = need(key);
  if (!value.is_string()) refuse(key, "a text");
  return value.get<std::string>();
}

std::int64_t Fields::whole(std::string_view key) {
  const Json& value = need(key);
  if (!value.is_number_integer() ||
      (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{1} << 62))
    refuse(key, "a whole number");
  return value.get<std::int64_t>();
}

double Fields::number(std::string_view key) {
  const Json& value = need(key);
  if (!value.is_number()) refuse(key, "a number");
  return value.get<double>();
}

bool Fields::flag(std::string_view key) {
  const Json& value = need(key);
  if (!value.is_boolean()) refuse(key, "true and false");
  return value.get<bool>();
}

bool Fields::flag(std::string_view key, bool where_absent) {
  return object_->contains(key) ? flag(key) : where_absent;
}

void Fields::only_off(std::string_view key, std::string_view accepted) {
  const Json& value = take(key);
  if (!value.is_null() && value != Json(false)) refuse(key, accepted);
}

void Fields::ignore(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) taken_.emplace(key);
}

std::string Fields::refusal(std::string_view key, std::string_view accepted) const {
  const auto found = object_->find(key);
  return fmt::format("{}: {} is {}: accepted is {}", where_, key,
                     found == object_->end() ? "absent" : shown(*found), accepted);
}

void Fields::refuse(std::string_view key, std::string_view accepted) const {
  throw std::invalid_argument(refusal(key, accepted));
}

void Fields::finish() const {
  for (const auto& [key, value] : object_->items())
    if (!taken_.contains(key))
      throw std::invalid_argument(
          fmt::format("{}: {} is {}: this key is not known and could change the numbers: accepted are {}",
                      where_, in_quotes(key), shown(value), fmt::join(taken_, ", ")));
}

}  // namespace lockstep
