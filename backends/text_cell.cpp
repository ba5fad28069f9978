#include "backends/text_cell.h"

#include <algorithm>

namespace lockstep {
namespace {

bool starts_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end)
    if (starts_character(text[end]) && count-- == 0) break;
  return text.substr(0, end);
}

std::string_view without_end_spaces(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// One line, padded or cut to the width.
std::string fit(std::string_view line, std::size_t width, Align align) {
  line = without_end_spaces(line);
  if (characters(line) > width) return std::string(first_characters(line, width - 1)) + "…";
  const std::string spaces(width - characters(line), ' ');
  return align == Align::left ? std::string(line) + spaces : spaces + std::string(line);
}

}  // namespace

std::vector<std::string> wrap_cell(std::string_view text, std::size_t width, Align align) {
  std::vector<std::string> lines;
  std::size_t start = 0;   // of the line
  std::size_t filled = 0;  // of the line, in characters, spaces at its end included
  for (std::size_t word = 0; word < text.size();) {
    const std::size_t next = std::min(text.find_first_not_of(' ', text.find(' ', word)), text.size());
    const std::string_view piece = text.substr(word, next - word);
    if (word != start && filled + characters(without_end_spaces(piece)) > width) {
      lines.push_back(fit(text.substr(start, word - start), width, align));
      start = word;
      filled = 0;
    }
    filled += characters(piece);
    word = next;
  }
  lines.push_back(fit(text.substr(start), width, align));
  return lines;
}

}  // namespace lockstep
