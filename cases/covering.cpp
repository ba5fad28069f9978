#include "cases/covering.h"

#include <algorithm>
#include <numeric>

namespace lockstep {
namespace {

constexpr std::size_t open = static_cast<std::size_t>(-1);

/// Which pairs of values have not met yet.
class Unmet {
 public:
  explicit Unmet(const std::vector<std::size_t>& sizes) : first_(sizes.size()) {
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      first_[i] = values_;
      values_ += sizes[i];
    }
    unmet_.assign(values_ * values_, false);
    for (std::size_t i = 0; i < sizes.size(); ++i)
      for (std::size_t j = i + 1; j < sizes.size(); ++j)
        for (std::size_t a = 0; a < sizes[i]; ++a)
          for (std::size_t b = 0; b < sizes[j]; ++b) set(i, a, j, b, true);
  }
  bool has(std::size_t i, std::size_t a, std::size_t j, std::size_t b) const {
    return unmet_[(first_[i] + a) * values_ + first_[j] + b];
  }
  void set(std::size_t i, std::size_t a, std::size_t j, std::size_t b, bool unmet) {
    unmet_[(first_[i] + a) * values_ + first_[j] + b] = unmet;
    unmet_[(first_[j] + b) * values_ + first_[i] + a] = unmet;
  }

 private:
  std::size_t values_ = 0;
  std::vector<std::size_t> first_;  // of each factor among all values
  std::vector<bool> unmet_;         // [values_, values_], symmetric
};

}  // namespace

std::vector<std::vector<std::size_t>> covering_rows(const std::vector<std::size_t>& sizes) {
  if (std::find(sizes.begin(), sizes.end(), 0U) != sizes.end()) return {};
  const std::size_t factors = sizes.size();
  Unmet unmet(sizes);
  std::vector<std::vector<std::size_t>> rows, used(factors);
  for (std::size_t i = 0; i < factors; ++i) used[i].assign(sizes[i], 0);
  // The longest factors first: their pairs decide how many rows there are.
  std::vector<std::size_t> order(factors);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return sizes[i] > sizes[j]; });

  /// Gives the row's open factors the values that meet most, of those the least used.
  const auto complete = [&](std::vector<std::size_t> row) {
    for (const std::size_t i : order) {
      if (row[i] != open) continue;
      std::size_t best = 0, best_met = 0;
      for (std::size_t a = 0; a < sizes[i]; ++a) {
        std::size_t met = 0;
        for (std::size_t j = 0; j < factors; ++j) met += row[j] != open && unmet.has(i, a, j, row[j]);
        if (a > 0 && (met < best_met || (met == best_met && used[i][a] >= used[i][best]))) continue;
        best = a;
        best_met = met;
      }
      row[i] = best;
    }
    for (std::size_t i = 0; i < factors; ++i) {
      ++used[i][row[i]];
      for (std::size_t j = i + 1; j < factors; ++j) unmet.set(i, row[i], j, row[j], false);
    }
    rows.push_back(std::move(row));
  };
  for (std::size_t x = 0; x < factors; ++x)
    for (std::size_t y = x + 1; y < factors; ++y)
      for (std::size_t a = 0; a < sizes[order[x]]; ++a)
        for (std::size_t b = 0; b < sizes[order[y]]; ++b) {
          if (!unmet.has(order[x], a, order[y], b)) continue;
          std::vector<std::size_t> row(factors, open);
          row[order[x]] = a;
          row[order[y]] = b;
          complete(std::move(row));
        }
  if (factors == 1)
    for (std::size_t a = 0; a < sizes[0]; ++a) rows.push_back({a});
  if (factors == 0) rows.emplace_back();
  return rows;
}

}  // namespace lockstep
