#include "cases/npy_header.h"

#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "backends/in_quotes.h"

namespace lockstep {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::uint64_t longest_header = 1 << 16;

std::string read_bytes(std::istream& in, std::uint64_t count) {
  std::string bytes(count, '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(count)))
    throw std::invalid_argument("ends early or cannot be read");
  return bytes;
}

constexpr std::size_t most_dims = 64;  // numpy's own limit

/// Reads the few kinds of Python literals that a header has.
class Literals {
 public:
  explicit Literals(std::string_view text) : text_(text) {}

  bool take(std::string_view token) {
    skip_space();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void demand(std::string_view token) {
    if (!take(token)) fail(fmt::format("'{}'", token));
  }
  std::string string() {
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail("a string");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail("the string's end");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    if (inside.find('\\') != std::string_view::npos) fail("a string without a backslash");
    at_ = end + 1;
    return std::string(inside);
  }
  bool boolean() {
    if (take("True")) return true;
    if (!take("False")) fail("True or False");
    return false;
  }
  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> values;
    demand("(");
    while (!take(")")) {
      if (values.size() == most_dims) fail(fmt::format("at most {} dimensions", most_dims));
      values.push_back(size());
      if (take(",")) continue;
      if (values.size() == 1) fail("',': one dimension is written (3,)");
      demand(")");
      break;
    }
    return values;
  }
  void demand_end() {
    skip_space();
    if (at_ != text_.size()) fail("nothing more");
  }
  [[noreturn]] void fail(std::string_view wanted) const {
    throw std::invalid_argument(
        fmt::format("the header {} at byte {}: accepted is {}", in_quotes(text_), at_, wanted));
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  std::int64_t size() {
    skip_space();
    std::int64_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{} || value < 0) fail("a dimension from 0 to 2^63 - 1");
    at_ += static_cast<std::size_t>(end - begin);
    take("L");  // as Python 2 writes a long integer
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view dict) {
  Literals literals(dict);
  std::optional<std::string> type;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::int64_t>> dims;
  literals.demand("{");
  while (!literals.take("}")) {
    const std::string key = literals.string();
    literals.demand(":");
    if (key == "descr" && !type)
      type = literals.string();
    else if (key == "fortran_order" && !fortran_order)
      fortran_order = literals.boolean();
    else if (key == "shape" && !dims)
      dims = literals.tuple();
    else
      literals.fail("each of descr, fortran_order and shape once");
    if (literals.take(",")) continue;
    literals.demand("}");
    break;
  }
  literals.demand_end();
  if (!type || !fortran_order || !dims) literals.fail("each of descr, fortran_order and shape once");
  return {*type, *fortran_order, *dims};
}

NpyHeader read_npy_header(std::istream& in, std::uint64_t& size) {
  const auto take = [&](std::uint64_t count) {
    if (count > size) throw std::invalid_argument("ends in its header: accepted is a whole .npy file");
    size -= count;
    return read_bytes(in, count);
  };
  if (size < magic.size() + 2 || read_bytes(in, magic.size()) != magic)
    throw std::invalid_argument("is no .npy file of NumPy: accepted are those of numpy.save");
  size -= magic.size();
  const std::string version = take(2);
  if (version[0] < 1 || version[0] > 3 || version[1] != 0)
    throw std::invalid_argument(fmt::format("has the format {}.{}: accepted are 1.0, 2.0 and 3.0",
                                            static_cast<unsigned char>(version[0]),
                                            static_cast<unsigned char>(version[1])));
  const std::string length_bytes = take(version[0] == 1 ? 2 : 4);
  std::uint64_t length = 0;
  std::memcpy(&length, length_bytes.data(), length_bytes.size());
  if (length > longest_header)
    throw std::invalid_argument(
        fmt::format("has a header of {} bytes: accepted are up to {}", length, longest_header));
  return parse_npy_header(take(length));
}

}  // namespace lockstep
