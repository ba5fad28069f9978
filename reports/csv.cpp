#include "reports/csv.h"

#include "reports/text.h"

namespace lockstep::reports {

namespace {

std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace

std::string csv(const Table& table) {
  const std::size_t columns = table.columns().size();
  std::string out;
  for (std::size_t c = 0; c < columns; ++c) {
    if (c > 0) out += ',';
    out += field(clean_text(table.columns()[c].name));
  }
  out += "\r\n";
  for (std::size_t r = 0; r < table.rows().size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (c > 0) out += ',';
      out += field(table.text(r, c));
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace lockstep::reports
