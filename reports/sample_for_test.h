#pragma once

#include <cmath>
#include <string>

#include "reports/document.h"

namespace lockstep::reports {

/// A chart over T = 1, 2, 4, ... 4096 with a curve and its band per name.
inline Chart sample_chart(const std::string& title, const std::vector<std::string>& names) {
  Chart chart{.title = title,
              .x_label = "Sequence length T [time steps]",
              .y_label = "Time steps per second",
              .log_x = true,
              .log_y = true,
              .caption = {"Batch 1, 32 features, 64 units."}};
  double peak = 2.4e6;
  for (const std::string& name : names) {
    Series s{.name = name};
    for (int exponent = 0; exponent <= 12; ++exponent) {
      const double steps = std::ldexp(1.0, exponent), rate = steps / (2.2e-5 + steps / peak);
      s.x.push_back(steps);
      s.y.push_back(rate);
      s.low.push_back(rate * 0.93);
      s.high.push_back(rate * 1.04);
    }
    chart.series.push_back(s);
    peak /= 3;
  }
  return chart;
}

}  // namespace lockstep::reports
