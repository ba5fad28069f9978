#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "backends/spec.h"

namespace lockstep {

using Json = nlohmann::json;

/// Throws std::invalid_argument for what is no JSON in UTF-8, is nested deeper than any model, or has an
/// object with a key twice: of two values another program may take the other.
Json parse_json(const std::string& text);

/// JSON on one line, in ASCII; what is no UTF-8 is replaced.
std::string json_text(const Json&);
/// The activation of that name; none where it is no text, or no activation's name.
std::optional<Activation> parse_activation(const Json&);

/// A value as an error message shows it: as JSON, on one line, cut where it is long.
std::string shown(const Json&);

/// The name, which may be printed as it is. Throws std::invalid_argument for one that is empty, longer than
/// 200 bytes or has control characters; `where` is whose it is.
std::string checked_name(const std::string& name, const std::string& where);

/// A JSON object of which every key is accounted for: what nobody has asked for by the end is refused, as it
/// could change the numbers.
class Fields {
 public:
  /// `where` names the object in errors, as in: layer "lstm". Both outlive it. Throws std::invalid_argument
  /// for what is no object.
  Fields(const Json& object, std::string where);

  const std::string& where() const { return where_; }
  /// The value of a key; JSON's null where there is none.
  const Json& take(std::string_view key);
  /// The same of a key that must be there.
  const Json& need(std::string_view key);
  std::string text(std::string_view key);
  std::int64_t whole(std::string_view key);
  double number(std::string_view key);
  bool flag(std::string_view key);
  bool flag(std::string_view key, bool where_absent);
  /// Of a key that may have no other values than false or null, for the reason given.
  void only_off(std::string_view key, std::string_view accepted);
  /// Keys that change no number of what a model answers.
  void ignore(std::initializer_list<std::string_view> keys);

  /// What a key is refused with: the object, the key, its value, and what is accepted.
  std::string refusal(std::string_view key, std::string_view accepted) const;
  /// Throws that as a std::invalid_argument.
  [[noreturn]] void refuse(std::string_view key, std::string_view accepted) const;
  /// Refuses the first key that was not asked for.
  void finish() const;

 private:
  const Json* object_;
  std::string where_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace lockstep
