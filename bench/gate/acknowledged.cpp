#include "bench/gate/acknowledged.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "backends/in_quotes.h"
#include "bench/gate/counters.h"

namespace lockstep::gate {
namespace {

using nlohmann::json;
using std::chrono::year_month_day;

constexpr std::array keys = {"benchmark", "bound", "reason", "author", "expires"};

std::string keys_text() {
  return fmt::format("{}", fmt::join(keys, ", "));
}

/// Refuses a key that stands twice in one object, of which a parser keeps the last.
json parse(std::istream& file) {
  std::set<std::string> seen;
  return json::parse(file, [&](int, json::parse_event_t event, const json& parsed) {
    if (event == json::parse_event_t::object_start) seen.clear();
    if (event == json::parse_event_t::key && !seen.insert(parsed.get<std::string>()).second)
      throw std::invalid_argument(fmt::format("an entry has {} twice: accepted is each key once",
                                              in_quotes(parsed.get<std::string>())));
    return true;
  });
}

const json& member(const json& entry, const char* key, json::value_t kind, std::string_view accepted) {
  const auto found = entry.find(key);
  if (found == entry.end())
    throw std::invalid_argument(fmt::format("has no {}: accepted is {}", key, accepted));
  const bool fits = kind == json::value_t::number_float ? found->is_number() : found->type() == kind;
  if (!fits)
    throw std::invalid_argument(
        fmt::format("{} is {}: accepted is {}", key, in_quotes(found->dump()), accepted));
  return *found;
}

std::string words(const json& entry, const char* key) {
  constexpr std::string_view accepted = "a text that is not empty";
  std::string text = member(entry, key, json::value_t::string, accepted).get<std::string>();
  if (std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c); }))
    throw std::invalid_argument(fmt::format("{} is empty: accepted is {}", key, accepted));
  return text;
}

double bound_of(const json& entry) {
  constexpr std::string_view accepted = "a ratio above 1, as 1.08 for 8 % slower";
  const double bound = member(entry, "bound", json::value_t::number_float, accepted).get<double>();
  if (!(bound > 1) || !std::isfinite(bound))
    throw std::invalid_argument(fmt::format("bound is {}: accepted is {}", bound, accepted));
  return bound;
}

year_month_day date_of(const json& entry) {
  constexpr std::string_view accepted = "a date as 2026-12-31", form = "dddd-dd-dd";
  const auto text = member(entry, "expires", json::value_t::string, accepted).get<std::string>();
  const bool formed = std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char wanted) {
    return wanted == 'd' ? c >= '0' && c <= '9' : c == wanted;
  });
  if (formed) {
    const year_month_day date{std::chrono::year(std::stoi(text.substr(0, 4))),
                              std::chrono::month(static_cast<unsigned>(std::stoi(text.substr(5, 2)))),
                              std::chrono::day(static_cast<unsigned>(std::stoi(text.substr(8, 2))))};
    if (date.ok()) return date;
  }
  throw std::invalid_argument(fmt::format("expires is {}: accepted is {}", in_quotes(text), accepted));
}

Acknowledged entry_of(const json& entry) {
  if (!entry.is_object())
    throw std::invalid_argument(
        fmt::format("is {}: accepted is an object of {}", in_quotes(entry.dump()), keys_text()));
  for (const auto& [key, value] : entry.items())
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      throw std::invalid_argument(
          fmt::format("unknown key {}: accepted are {}", in_quotes(key), keys_text()));
  return {words(entry, "benchmark"), bound_of(entry), words(entry, "reason"), words(entry, "author"),
          date_of(entry)};
}

std::vector<Acknowledged> entries_of(const json& file) {
  if (!file.is_array()) throw std::invalid_argument("accepted is a JSON array of entries");
  std::vector<Acknowledged> entries;
  for (const json& one : file) {
    try {
      Acknowledged entry = entry_of(one);
      if (std::ranges::find(entries, entry.benchmark, &Acknowledged::benchmark) != entries.end())
        throw std::invalid_argument(fmt::format(
            "benchmark {} is in an entry before it, too: accepted is each once", in_quotes(entry.benchmark)));
      entries.push_back(std::move(entry));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("entry {}: {}", entries.size() + 1, error.what()));
    }
  }
  return entries;
}

std::string date_text(year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

void judge(Row& row, const Acknowledged& entry) {
  if (!counted_more(row.base, row.head).empty()) {
    row.reason = fmt::format("{}; acknowledged is time alone, up to {}", row.reason, entry.bound);
  } else if (row.ratio <= entry.bound) {
    row.state = State::acknowledged;
    row.reason = fmt::format("up to {} by {} until {}: {}; {}", entry.bound, entry.author,
                             date_text(entry.expires), entry.reason, row.reason);
  } else {
    row.reason = fmt::format("{}; acknowledged is up to {} alone", row.reason, entry.bound);
  }
}

/// What is wrong with an entry; empty: nothing. Applies it otherwise.
std::string apply(std::span<Row> rows, const Acknowledged& entry, year_month_day today) {
  const auto row = std::ranges::find(rows, entry.benchmark, &Row::benchmark);
  if (row == rows.end()) return "no such benchmark in the manifest: accepted are those that are measured";
  if (std::chrono::sys_days(entry.expires) < std::chrono::sys_days(today))
    return fmt::format("expired on {}: accepted is a later date, or no entry", date_text(entry.expires));
  if (row->state == State::regression) judge(*row, entry);
  if (row->state == State::pass || row->state == State::improvement)
    return fmt::format("is no regression but {}: accepted is no entry", to_string(row->state));
  return {};
}

}  // namespace

std::vector<Acknowledged> read_acknowledged(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file)
    throw std::invalid_argument(fmt::format(
        "{}: can't be read: accepted is a JSON array of acknowledged regressions", path.string()));
  try {
    return entries_of(parse(file));
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}: {}", path.string(), error.what()));
  } catch (const std::exception& error) {
    throw std::invalid_argument(fmt::format("{}: {}: accepted is a JSON array of entries with {}",
                                            path.string(), error.what(), keys_text()));
  }
}

std::vector<std::string> apply(std::span<Row> rows, std::span<const Acknowledged> entries,
                               year_month_day today) {
  std::vector<std::string> complaints;
  for (const Acknowledged& entry : entries)
    if (const std::string wrong = apply(rows, entry, today); !wrong.empty())
      complaints.push_back(fmt::format("acknowledged {}: {}", entry.benchmark, wrong));
  return complaints;
}

}  // namespace lockstep::gate
