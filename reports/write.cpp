#include "reports/write.h"

#include <array>
#include <list>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "reports/csv.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "reports/picture.h"
#include "reports/text.h"

namespace lockstep::reports {

namespace fs = std::filesystem;

namespace {

using Render = std::string (*)(const Document&);

std::string junit_of(const Document& document) {
  if (document.tests.empty())
    throw std::invalid_argument("JUnit XML: this report has judged nothing to tell of");
  return junit(document.title, document.tests);
}

constexpr std::array<std::pair<std::string_view, Render>, 6> formats = {{
    {".md", [](const Document& d) { return markdown(d); }},
    {".csv", [](const Document& d) { return csv(d.records); }},
    {".json", [](const Document& d) { return dump(json(d)); }},
    {".html", [](const Document& d) { return html(d); }},
    {".svg", [](const Document& d) { return picture(d); }},
    {".xml", junit_of},
}};

Render format_of(const fs::path& path) {
  std::string accepted;
  for (const auto& [suffix, render] : formats) {
    if (path.extension() == suffix) return render;
    accepted += fmt::format(" {}", suffix);
  }
  throw std::invalid_argument(fmt::format("'{}': no report format has this suffix; accepted are{}",
                                          clean_text(path.string()), accepted));
}

}  // namespace

void check_suffixes(const std::vector<fs::path>& outs) {
  for (const fs::path& out : outs) format_of(out);
}

void check_targets(const std::vector<fs::path>& outs) {
  check_suffixes(outs);
  for (const fs::path& out : outs) check_target(out);
}

void write_document(const Document& document, const std::vector<fs::path>& outs, Folders folders) {
  check_suffixes(outs);
  std::vector<std::string> texts;
  for (const fs::path& out : outs) texts.push_back(format_of(out)(document));
  std::list<StagedFile> staged;
  for (std::size_t i = 0; i < outs.size(); ++i) {
    StagedFile& file = staged.emplace_back(outs[i], folders);
    file.append(texts[i]);
    file.finish();
  }
  for (StagedFile& file : staged) file.take_place();
}

void write_text(const fs::path& path, std::string_view text, Folders folders) {
  StagedFile file(path, folders);
  file.append(text);
  file.finish();
  file.take_place();
}

}  // namespace lockstep::reports
