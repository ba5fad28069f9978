#include "bench/curves.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace lockstep {

std::string title_of(const Labels& labels) {
  std::string title = labels.layer;
  if (!labels.variant.empty()) title += " " + labels.variant;
  title += fmt::format(", B {}", labels.batch);
  if (labels.features > 0) title += fmt::format(", F {}", labels.features);
  if (labels.units > 0) title += fmt::format(", U {}", labels.units);
  if (labels.threads > 1) title += fmt::format(", {} threads", labels.threads);
  return title;
}

std::string short_title_of(const Labels& labels) {
  const std::string style = "style:";
  std::string title = labels.layer;
  if (!labels.variant.empty()) title += fmt::format(" {}", labels.variant);
  if (const auto at = title.find(style); at != std::string::npos) title.erase(at, style.size());
  title += fmt::format(" B{}", labels.batch);
  if (labels.features > 0) title += fmt::format(" F{}", labels.features);
  if (labels.units > 0) title += fmt::format(" U{}", labels.units);
  if (labels.threads > 1) title += fmt::format(", {} threads", labels.threads);
  return title;
}

const Measurement* Curve::at(std::int64_t time_steps) const {
  const auto found = std::find_if(points.begin(), points.end(), [&](const Measurement* point) {
    return point->labels.time_steps == time_steps;
  });
  return found == points.end() ? nullptr : *found;
}

std::optional<LineFit> Curve::fit() const {
  std::vector<TimePoint> times;
  for (const Measurement* point : points)
    times.push_back({static_cast<double>(point->labels.time_steps), point->median()});
  return fit_line(times);
}

const Curve* CurveFamily::of(const std::string& backend) const {
  const auto found = std::find_if(curves.begin(), curves.end(),
                                  [&](const Curve& curve) { return curve.labels.backend == backend; });
  return found == curves.end() ? nullptr : &*found;
}

std::vector<CurveFamily> curve_families(const Results& results, const std::string& what) {
  std::vector<CurveFamily> families;
  std::map<std::string, std::size_t> places;
  for (const Measurement& row : results.measurements) {
    if (row.labels.what != what || !row.timed()) continue;
    const std::string title = title_of(row.labels);
    const auto [place, is_new] = places.try_emplace(title, families.size());
    if (is_new) families.push_back({title, {}});
    auto& curves = families[place->second].curves;
    auto curve = std::find_if(curves.begin(), curves.end(),
                              [&](const Curve& one) { return one.labels.backend == row.labels.backend; });
    if (curve == curves.end()) curve = curves.insert(curves.end(), Curve{row.labels, {}});
    curve->points.push_back(&row);
  }
  for (CurveFamily& family : families)
    for (Curve& curve : family.curves) {
      std::stable_sort(curve.points.begin(), curve.points.end(),
                       [](const Measurement* a, const Measurement* b) {
                         return a->labels.time_steps < b->labels.time_steps;
                       });
      curve.labels.time_steps = curve.points.back()->labels.time_steps;
    }
  return families;
}

}  // namespace lockstep
