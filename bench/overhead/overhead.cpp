#include "bench/overhead/overhead.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "bench/curves.h"
#include "bench/fit.h"
#include "bench/latency/percentiles.h"

namespace lockstep {
namespace {

constexpr double most_ratio = 1.05;
constexpr double most_call_seconds = 3e-6;

/// The rows of raw calls by their names.
std::unordered_map<std::string_view, const Measurement*> raw_rows(const Results& results) {
  std::unordered_map<std::string_view, const Measurement*> rows;
  for (const Measurement& row : results.measurements)
    if (row.name.ends_with(raw_suffix)) rows.try_emplace(row.name, &row);
  return rows;
}

std::size_t repetitions_of(const std::vector<Overhead>& points) {
  std::size_t fewest = points.front().raw->seconds.size();
  for (const Overhead& point : points)
    fewest = std::min({fewest, point.raw->seconds.size(), point.adapter->seconds.size()});
  return fewest;
}

/// The line through each repetition of the rows that `row` points at.
std::vector<LineFit> fits_of(const std::vector<Overhead>& points, const Measurement* Overhead::*row) {
  std::vector<LineFit> fits;
  for (std::size_t k = 0; k < repetitions_of(points); ++k) {
    std::vector<TimePoint> times;
    for (const Overhead& point : points)
      times.push_back({static_cast<double>((point.*row)->labels.time_steps), (point.*row)->seconds[k]});
    if (const auto fit = fit_line(times)) fits.push_back(*fit);
  }
  return fits;
}

Middle middle_of_fits(const std::vector<LineFit>& fits, double LineFit::*coefficient) {
  std::vector<double> values;
  for (const LineFit& fit : fits) values.push_back(fit.*coefficient);
  return middle_of(std::move(values));
}

/// a - raw_a, repetition by repetition.
Middle added_by(const std::vector<LineFit>& fits, const std::vector<LineFit>& raw) {
  std::vector<double> added;
  for (std::size_t k = 0; k < std::min(fits.size(), raw.size()); ++k)
    added.push_back(fits[k].overhead - raw[k].overhead);
  return middle_of(std::move(added));
}

}  // namespace

Middle middle_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {percentile(values, 500), percentile(values, 250), percentile(values, 750)};
}

std::string at_most(double most, const Middle& middle) {
  if (middle.upper_quartile <= most) return "yes";
  return middle.lower_quartile > most ? "no" : "open";
}

Middle Overhead::ratio() const {
  std::vector<double> ratios;
  for (std::size_t k = 0; k < std::min(adapter->seconds.size(), raw->seconds.size()); ++k)
    ratios.push_back(adapter->seconds[k] / raw->seconds[k]);
  return middle_of(std::move(ratios));
}

std::string Overhead::as_fast() const {
  return at_most(most_ratio, ratio());
}

std::vector<Overhead> overheads_of(const Results& results) {
  const auto raw_calls = raw_rows(results);
  std::vector<Overhead> all;
  if (raw_calls.empty()) return all;
  for (const Measurement& row : results.measurements)
    if (row.timed() && row.labels.what == "run")
      if (const auto raw = raw_calls.find(row.name + raw_suffix);
          raw != raw_calls.end() && raw->second->timed())
        all.push_back({&row, raw->second});
  return all;
}

Results without_raw_calls(const Results& results) {
  Results others = results;
  std::erase_if(others.measurements,
                [](const Measurement& row) { return row.labels.backend.ends_with(raw_suffix); });
  return others;
}

std::string CallCost::cheap() const {
  return at_most(most_call_seconds, a);
}

std::string CallCost::adds_little() const {
  return at_most(most_call_seconds, added_a);
}

std::vector<OverheadCurve> overhead_curves(const std::vector<Overhead>& overheads) {
  std::vector<OverheadCurve> curves;
  std::map<std::string, std::size_t> places;
  for (const Overhead& one : overheads) {
    const Labels& labels = one.adapter->labels;
    const auto [place, is_new] =
        places.try_emplace(fmt::format("{} {}", title_of(labels), labels.backend), curves.size());
    if (is_new) curves.emplace_back();
    curves[place->second].points.push_back(one);
  }
  for (OverheadCurve& curve : curves) {
    std::stable_sort(curve.points.begin(), curve.points.end(), [](const Overhead& x, const Overhead& y) {
      return x.adapter->labels.time_steps < y.adapter->labels.time_steps;
    });
    const auto fits = fits_of(curve.points, &Overhead::adapter), raw = fits_of(curve.points, &Overhead::raw);
    if (!fits.empty() && !raw.empty())
      curve.cost = {middle_of_fits(fits, &LineFit::overhead), middle_of_fits(raw, &LineFit::overhead),
                    added_by(fits, raw), middle_of_fits(fits, &LineFit::per_step),
                    middle_of_fits(raw, &LineFit::per_step)};
  }
  return curves;
}

}  // namespace lockstep
