#include "bench/report_charts.h"

#include <algorithm>

#include <fmt/format.h>

namespace lockstep {

using reports::Chart;

namespace {

Chart length_chart(std::string title, std::string y_label) {
  Chart chart;
  chart.title = std::move(title);
  chart.x_label = "sequence length T [time steps]";
  chart.y_label = std::move(y_label);
  chart.log_x = chart.log_y = true;
  return chart;
}

/// One line of a chart: a value of each point, and the values at its highest and its lowest time.
template <class Value>
void add_series(Chart& chart, std::string name, const Curve& curve, Value value) {
  reports::Series series;
  series.name = std::move(name);
  for (const Measurement* point : curve.points) {
    series.x.push_back(static_cast<double>(point->labels.time_steps));
    series.y.push_back(value(*point, point->median()));
    const double a = value(*point, point->lowest()), b = value(*point, point->highest());
    series.low.push_back(std::min(a, b));
    series.high.push_back(std::max(a, b));
  }
  chart.series.push_back(std::move(series));
}

}  // namespace

bool has_curve(const CurveFamily& family) {
  return std::any_of(family.curves.begin(), family.curves.end(),
                     [](const Curve& curve) { return curve.points.size() > 1; });
}

Chart throughput_chart(const CurveFamily& family) {
  Chart chart = length_chart("Throughput: " + family.title, "time steps per second");
  for (const Curve& curve : family.curves)
    add_series(chart, curve.labels.backend, curve,
               [](const Measurement& point, double seconds) { return point.steps_per_call / seconds; });
  return chart;
}

Chart speedup_chart(const CurveFamily& family, const Curve& naive) {
  Chart chart = length_chart("Speed-up over naive: " + family.title, "times as fast as naive");
  for (const Curve& curve : family.curves) {
    if (&curve == &naive) continue;
    Curve common{curve.labels, {}};
    for (const Measurement* point : curve.points)
      if (naive.at(point->labels.time_steps) != nullptr) common.points.push_back(point);
    add_series(chart, curve.labels.backend, common, [&](const Measurement& point, double seconds) {
      return naive.at(point.labels.time_steps)->median() / seconds;
    });
  }
  return chart;
}

Chart dense_chart(const DensePair& pair, const Curve& flattened, const Curve& per_step) {
  constexpr double micro = 1e6;
  Chart chart = length_chart(fmt::format("Both dense styles on {}: {}", flattened.labels.backend, pair.title),
                             "time of a call [us]");
  const auto time = [](const Measurement&, double seconds) { return seconds * micro; };
  add_series(chart, "one product", flattened, time);
  add_series(chart, "one product per step", per_step, time);
  return chart;
}

}  // namespace lockstep
