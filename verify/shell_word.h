#pragma once

#include <string>
#include <string_view>

namespace lockstep {

/// A text of somebody else's as a word of a command that can be pasted: in single quotes where a shell would
/// see more in it.
inline std::string shell_word(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:,+=@%-";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) return std::string(text);
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1);
  return word + "'";
}

/// A model as a command takes it: its name, and the config of its file where it was given one.
inline std::string model_words(std::string_view name, std::string_view config) {
  std::string words = shell_word(name);
  if (!config.empty()) (words += " --config ") += shell_word(config);
  return words;
}

}  // namespace lockstep
