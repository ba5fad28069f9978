#include "reports/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>

#include "reports/chart_axis.h"
#include "reports/gnuplot.h"
#include "reports/svg_tidy.h"
#include "reports/text.h"

namespace lockstep::reports {

namespace {

// Sizes in units of the drawing; a page of 520 CSS pixels shows them as pixels.
constexpr int drawing_width = 520, plot_height = 270, bottom = 58, left = 54, right = 14;
constexpr int key_row = 24, key_swatch = 38, key_gap = 18, label_row = 38;
constexpr int font_size = 14;

// Okabe and Ito, "Color Universal Design", 2008: all but yellow and black, which vanish on a light or dark
// page.
constexpr std::array palette = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f"};
constexpr std::array point_types = {7, 5, 9, 13, 11, 15, 6};
constexpr std::array dashes = {"solid", "'-'", "'.'", "'-.'"};

[[noreturn]] void refuse(const Chart& chart, const Series& series, std::string_view why) {
  throw std::invalid_argument(fmt::format("chart '{}', series '{}': {}", chart.title, series.name, why));
}

std::size_t place(const std::vector<std::string>& order, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(order, name) - order.begin());
}

/// The order in which series take their looks: what the caller named, then what appears.
std::vector<std::string> complete(std::vector<std::string> order, const std::vector<Chart>& charts) {
  for (const Chart& chart : charts)
    for (const Series& series : chart.series)
      if (place(order, series.name) == order.size()) order.push_back(series.name);
  return order;
}

std::vector<Series> drawn(const Chart& chart, const std::vector<std::string>& order) {
  std::vector<Series> series = chart.series;
  std::erase_if(series, [](const Series& s) { return s.x.empty(); });
  std::ranges::stable_sort(series, {}, [&](const Series& s) { return place(order, s.name); });
  return series;
}

Axis axis_of(const std::vector<double>& values, bool logarithmic) {
  if (logarithmic) return log_axis(values);
  const auto [smallest, largest] = std::ranges::minmax(values);
  return linear_axis(smallest, largest);
}

std::string axis_script(char axis, const Axis& a, bool logarithmic) {
  std::string ticks;
  for (const Tick& tick : a.ticks)
    ticks += fmt::format("{}'{}' {} {}", ticks.empty() ? "" : ", ", tick.label, tick.at,
                         tick.label.empty() ? 1 : 0);
  return fmt::format("set {0}range [{1}:{2}]\nset {0}tics ({3})\n{4}", axis, a.from, a.to, ticks,
                     logarithmic ? fmt::format("set logscale {}\n", axis) : "");
}

std::string data_script(std::size_t number, const Series& series) {
  std::string block = fmt::format("$d{} << EOD\n", number);
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    block += fmt::format("{} {}", series.x[i], series.y[i]);
    block += series.low.empty() ? "\n" : fmt::format(" {} {}\n", series.low[i], series.high[i]);
  }
  return block + "EOD\n";
}

/// One chart as a script for gnuplot, and how its plot elements are to look.
struct Drawing {
  std::string script;
  SvgLook look;
};

class Draughtsman {
 public:
  Draughtsman(const Chart& chart, const std::vector<std::string>& order)
      : chart_(chart), order_(order), series_(drawn(chart, order)) {}

  Drawing draw(const std::string& id) {
    std::vector<double> xs, ys;
    for (const Series& s : series_) {
      xs.insert(xs.end(), s.x.begin(), s.x.end());
      for (const auto* part : {&s.y, &s.low, &s.high}) ys.insert(ys.end(), part->begin(), part->end());
    }
    std::string script = layout_script(place_key());
    for (std::size_t i = 0; i < series_.size(); ++i)
      if (!series_[i].low.empty()) add_band(i);
    for (std::size_t i = 0; i < series_.size(); ++i) add_line(i);

    script += axis_script('x', axis_of(xs, chart_.log_x), chart_.log_x) +
              axis_script('y', axis_of(ys, chart_.log_y), chart_.log_y);
    for (std::size_t i = 0; i < series_.size(); ++i) script += data_script(i, series_[i]);
    return {script + "plot " + plots_ + "\nreset\n",
            SvgLook{.id = id, .description = describe(chart_), .font_size = font_size, .plots = looks_}};
  }

 private:
  void add_band(std::size_t i) {
    add(i, fmt::format(
               "$d{} using 1:3:4 with filledcurves lc rgb '{}' fs transparent solid 0.18 noborder notitle", i,
               color(i)));
  }

  void add_line(std::size_t i) {
    const std::size_t style = place(order_, series_[i].name);
    add(i,
        fmt::format("$d{} using 1:2 with linespoints lc rgb '{}' lw 1.8 pt {} ps 0.62 dt {} title {} at {}",
                    i, color(i), point_types[style % point_types.size()],
                    dashes[style / palette.size() % dashes.size()], gnuplot_quote(series_[i].name),
                    screen(key_[i].first, key_[i].second)));
  }

  void add(std::size_t i, const std::string& plot) {
    plots_ += (plots_.empty() ? "" : ", \\\n  ") + plot;
    const std::size_t style = place(order_, series_[i].name) % palette.size();
    looks_.push_back({fmt::format("s{}", style), palette[style], series_[i].name});
  }

  const char* color(std::size_t i) const { return palette[place(order_, series_[i].name) % palette.size()]; }

  /// Places the entries of the key in rows from left to right; returns how many rows there are.
  int place_key() {
    int x = 0, row = 0;
    for (const Series& s : series_) {
      const int entry =
          key_swatch + key_gap + static_cast<int>(std::lround(9.2 * static_cast<double>(width(s.name))));
      if (x > 0 && x + entry > drawing_width + key_gap) {
        x = 0;
        ++row;
      }
      key_.push_back({x + key_swatch, row * key_row + key_row / 2});
      x += entry;
    }
    return row + 1;
  }

  std::string screen(double x, double y) const {
    return fmt::format("screen {:.5f}, screen {:.5f}", x / drawing_width, 1 - y / height_);
  }

  std::string layout_script(int key_rows) {
    const int top = key_rows * key_row + label_row;
    height_ = top + plot_height + bottom;
    return fmt::format(
        "set terminal svg size {},{} dynamic noenhanced font 'sans-serif,{}' name 'g'\n"
        "set lmargin at screen {}\nset rmargin at screen {}\nset tmargin at screen {}\nset bmargin at screen "
        "{}\n"
        "set border 3 lw 1 lc rgb '#8b949e'\nset tics scale 0.4,0.2 nomirror out\nset xtics offset 0,0.35\n"
        "set grid ytics lt 1 lw 1 lc rgb '#dde2e7'\nset key Left reverse samplen 1.6\n"
        "set label 1 {} at {} left\nset label 2 {} at {} center\n",
        drawing_width, height_, font_size, static_cast<double>(left) / drawing_width,
        1 - static_cast<double>(right) / drawing_width, 1 - top / height_, bottom / height_,
        gnuplot_quote(chart_.y_label), screen(0, key_rows * key_row + 17), gnuplot_quote(chart_.x_label),
        screen((left + drawing_width - right) / 2.0, height_ - 11));
  }

  const Chart& chart_;
  const std::vector<std::string>& order_;
  std::vector<Series> series_;
  std::string plots_;
  std::vector<PlotLook> looks_;
  std::vector<std::pair<int, int>> key_;  // where the names of the key begin
  double height_ = 0;
};

}  // namespace

void validate(const Chart& chart) {
  for (const Series& s : chart.series) {
    if (s.y.size() != s.x.size() || s.low.size() != s.high.size() ||
        (!s.low.empty() && s.low.size() != s.x.size()))
      refuse(chart, s,
             fmt::format("{} x, {} y, {} low, {} high; one of each per point is accepted, or no low and high",
                         s.x.size(), s.y.size(), s.low.size(), s.high.size()));
    const auto check = [&](const std::vector<double>& values, const char* what, bool logarithmic) {
      for (const double value : values) {
        if (!std::isfinite(value))
          refuse(chart, s, fmt::format("{} holds {}, which is not finite", what, value));
        if (logarithmic && value <= 0)
          refuse(chart, s,
                 fmt::format("{} holds {} on a logarithmic axis; positive is accepted", what, value));
      }
    };
    check(s.x, "x", chart.log_x);
    check(s.y, "y", chart.log_y);
    check(s.low, "low", chart.log_y);
    check(s.high, "high", chart.log_y);
    if (std::ranges::adjacent_find(s.x, std::greater_equal{}) != s.x.end())
      refuse(chart, s, "x does not rise");
  }
}

bool has_points(const Chart& chart) {
  return std::ranges::any_of(chart.series, [](const Series& s) { return !s.x.empty(); });
}

std::string describe(const Chart& chart) {
  std::string text = fmt::format("{}. {} against {}.", chart.title, chart.y_label, chart.x_label);
  for (const Series& s : chart.series)
    if (!s.x.empty())
      text += fmt::format(" {}: {} at {}, {} at {}.", s.name, short_number(s.y.front()),
                          short_number(s.x.front()), short_number(s.y.back()), short_number(s.x.back()));
  return text;
}

std::vector<std::string> svgs(const std::vector<Chart>& charts, std::vector<std::string> order) {
  order = complete(std::move(order), charts);
  std::string script = "set encoding utf8\n";
  std::vector<SvgLook> looks;
  for (const Chart& chart : charts) {
    validate(chart);
    if (!has_points(chart))
      throw std::invalid_argument(fmt::format("chart '{}': no points to draw", chart.title));
    Drawing drawing = Draughtsman(chart, order).draw(fmt::format("c{}", looks.size() + 1));
    script += drawing.script;
    looks.push_back(std::move(drawing.look));
  }
  std::vector<std::string> out;
  if (charts.empty()) return out;
  const std::string raw = run_gnuplot(script);
  constexpr std::string_view end_mark = "</svg>";
  for (std::size_t from = 0, end; (end = raw.find(end_mark, from)) != raw.npos && out.size() < looks.size();
       from = end + end_mark.size())
    out.push_back(tidy_svg(std::string_view(raw).substr(from, end - from), looks[out.size()]));
  if (out.size() != charts.size())
    throw std::runtime_error(fmt::format("charts need gnuplot: it drew {} of {}", out.size(), charts.size()));
  return out;
}

std::string svg(const Chart& chart) {
  return svgs({chart}).front();
}

}  // namespace lockstep::reports
