#include "reports/svg_tidy.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "reports/text.h"

namespace lockstep::reports {

namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view blanks = " \t\n\r";
constexpr std::string_view marker_prefix = "gpPt";
constexpr std::string_view plot_prefix = "g_plot_";

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(blanks);
  return from == text.npos ? "" : text.substr(from, text.find_last_not_of(blanks) + 1 - from);
}

/// The piece before `mark`; `text` goes on behind it.
std::string_view take_until(std::string_view& text, std::string_view mark) {
  const auto at = std::min(text.find(mark), text.size());
  const std::string_view piece = text.substr(0, at);
  text.remove_prefix(std::min(at + mark.size(), text.size()));
  return piece;
}

/// The attributes of a tag `<name a="1" b = '2'/>`.
Attributes attributes_of(std::string_view tag) {
  Attributes found;
  take_until(tag, " ");
  while (true) {
    const std::string_view name = trimmed(take_until(tag, "="));
    const auto quote = tag.find_first_of("\"'");
    if (quote == tag.npos) return found;
    const std::string_view mark = tag.substr(quote, 1);
    tag.remove_prefix(quote + 1);
    found.emplace_back(name, trimmed(take_until(tag, mark)));
  }
}

std::string value_of(const Attributes& attributes, std::string_view name) {
  for (const auto& [key, value] : attributes)
    if (key == name) return value;
  return "";
}

/// Coordinates with one decimal, and white space folded.
std::string shorter_geometry(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{}) {
      out += fmt::format("{}", std::round(value * 10) / 10 + 0.0);
      text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    } else {
      const bool blank = blanks.find(text[0]) != blanks.npos;
      if (!blank) out += text[0];
      if (blank && !out.empty() && out.back() != ' ') out += ' ';
      text.remove_prefix(1);
    }
  }
  return std::string(trimmed(out));
}

/// "rgb(  0, 114, 178)" as "#0072b2".
std::string shorter_color(std::string_view color) {
  if (!color.starts_with("rgb(")) return std::string(color);
  color.remove_prefix(4);
  std::string hex = "#";
  for (int i = 0; i < 3; ++i)
    hex += fmt::format("{:02x}", std::atoi(std::string(take_until(color, ",")).c_str()));
  return hex;
}

bool is_default(const std::string& name, const std::string& value) {
  return name == "font-family" || name == "font-size" || name == "shape-rendering" || name == "color" ||
         name == "stroke-linecap" || name == "stroke-linejoin" || (name == "stroke-width" && value == "1.00");
}

class Tidier {
 public:
  explicit Tidier(const SvgLook& look) : look_(look) {}

  std::string tidy(std::string_view raw) {
    take_until(raw, "<svg");
    view_box_ = value_of(attributes_of(take_until(raw, ">")), "viewBox");
    while (!raw.empty()) {
      text(take_until(raw, "<"));
      if (!raw.empty()) tag(take_until(raw, ">"));
    }
    return assemble();
  }

 private:
  void text(std::string_view content) {
    content = trimmed(content);
    if (!content.empty() && !in_skipped()) pieces_.emplace_back(content);
  }

  bool in_skipped() const { return !skipped_.empty(); }

  void tag(std::string_view t) {
    const std::string_view name = t.substr(0, t.find_first_of(" \t\n/", 1));
    const bool alone = t.ends_with('/');
    if (name == "title" || name == "desc" || name == "filter") {
      if (!alone) skipped_ = name;
    } else if (name.starts_with('/') && name.substr(1) == skipped_) {
      skipped_.clear();
    } else if (in_skipped() || name.starts_with('!') || name == "/svg" || name == "defs" || name == "/defs") {
      return;
    } else if (name.starts_with('/')) {
      close(name);
    } else {
      open(name, t, alone);
    }
  }

  void close(std::string_view name) {
    if (name == "/g") {
      if (--depth_ < plot_depth_) plot_depth_ = 0;
      if (pieces_.back().starts_with("<g")) return pieces_.pop_back();
    }
    pieces_.push_back(fmt::format("<{}>", name));
  }

  void open(std::string_view name, std::string_view t, bool alone) {
    const Attributes attributes = attributes_of(t);
    const std::string id = value_of(attributes, "id");
    if (name == "g" && !alone) ++depth_;
    if (id.starts_with(marker_prefix)) {
      definitions_.emplace_back(id, render(name, attributes, alone));
    } else if (id.starts_with(plot_prefix)) {
      open_plot(std::strtoul(id.c_str() + plot_prefix.size(), nullptr, 10));
    } else if (id != "gpDot" && !(name == "rect" && value_of(attributes, "fill") == "none")) {
      pieces_.push_back(render(name, attributes, alone));
    }
  }

  void open_plot(std::size_t number) {
    plot_depth_ = depth_;
    if (number < 1 || number > look_.plots.size()) return pieces_.emplace_back("<g>"), void();
    const PlotLook& plot = look_.plots[number - 1];
    pieces_.push_back(fmt::format(R"(<g class="{}" color="{}"><title>{}</title>)", escape_xml(plot.css_class),
                                  escape_xml(plot.color), escape_xml(plot.name)));
  }

  std::string render(std::string_view name, const Attributes& attributes, bool alone) const {
    const std::string id = value_of(attributes, "id");
    std::string out = fmt::format("<{}", name);
    for (auto [key, value] : attributes) {
      if (is_default(key, value) || (key == "id" && !id.starts_with(marker_prefix))) continue;
      const bool colored = value.starts_with("rgb(");
      if (key == "xlink:href") {
        key = "href";
        value = fmt::format("#{}-{}", look_.id, value.substr(1));
      } else if (key == "id") {
        value = fmt::format("{}-{}", look_.id, value);
      } else if (colored && plot_depth_ > 0) {
        value = "currentColor";
      } else if (colored) {
        value = shorter_color(value);
      } else if (!id.starts_with(marker_prefix) && (key == "d" || key == "points" || key == "transform")) {
        value = shorter_geometry(value);
      } else if (key == "fill-opacity" || key == "stroke-width") {
        value = fmt::format("{}", std::strtod(value.c_str(), nullptr));
      }
      out += fmt::format(" {}=\"{}\"", key, value);
    }
    return out + (alone ? "/>" : ">");
  }

  /// Definitions refer only to earlier ones.
  std::string used_definitions(const std::string& body) const {
    std::string used;
    for (auto d = definitions_.rbegin(); d != definitions_.rend(); ++d) {
      const std::string reference = fmt::format("#{}-{}\"", look_.id, d->first);
      if (body.find(reference) != body.npos || used.find(reference) != used.npos) used = d->second + used;
    }
    return used.empty() ? "" : fmt::format("<defs>{}</defs>\n", used);
  }

  std::string assemble() const {
    std::string body;
    for (const std::string& piece : pieces_) {
      body += piece;
      if (piece == "</g>") body += '\n';
    }
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"{}\" width=\"100%\" "
        "role=\"img\" "
        "aria-label=\"{}\" font-family=\"system-ui, sans-serif\" font-size=\"{}\" stroke-linejoin=\"round\" "
        "stroke-linecap=\"round\">\n{}{}</svg>\n",
        view_box_, escape_xml(look_.description), look_.font_size, used_definitions(body), body);
  }

  const SvgLook& look_;
  std::string view_box_;
  std::vector<std::string> pieces_;
  std::vector<std::pair<std::string, std::string>> definitions_;
  std::string skipped_;  // the element whose content is left out
  int depth_ = 0;        // of open groups
  int plot_depth_ = 0;   // of the group of the plot element that is open, or 0
};

}  // namespace

std::string tidy_svg(std::string_view raw, const SvgLook& look) {
  return Tidier(look).tidy(raw);
}

}  // namespace lockstep::reports
