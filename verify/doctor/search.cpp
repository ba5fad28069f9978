#include "verify/doctor/search.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <set>
#include <utility>

#include "backends/team.h"
#include "verify/doctor/convention.h"
#include "verify/doctor/excerpt.h"

namespace lockstep::doctor {
namespace {

constexpr std::size_t most_departures = 4;
constexpr std::size_t most_confirmed = 16, fewest_confirmed = 4;  // of those with as many departures

/// A reading and changes of the model, by their positions, ascending.
struct Hypothesis {
  std::size_t reading = 0;
  std::vector<std::size_t> changes;
  Distance distance;
};

class Search {
 public:
  Search(const std::vector<Reading>& readings, std::int64_t batch, int threads, const Progress& progress,
         const Effort& effort)
      : readings_(readings),
        batch_(batch),
        team_(threads),
        progress_(progress),
        effort_(effort),
        work_left_(effort.search) {
    for (const Reading& reading : readings)
      changes_.push_back(changes_of(reading.base, blank_inputs(reading.base.model, reading.inputs)));
    of_size_.resize(readings.size());
    focuses_.resize(readings.size());
    works_.resize(readings.size());
  }

  Diagnosis run() {
    Diagnosis found;
    std::optional<Hypothesis> nearest;
    if (readings_[0].departures.empty()) {
      judge_as_it_is(found);
      if (found.as_it_is != Outcome::differs) return found;
      nearest = of_size_[0][0];
    }
    for (std::size_t count = 1; count <= most_departures; ++count) {
      const std::vector<Hypothesis> all = with_departures(count);
      if (all.empty()) continue;
      found.tried += all.size();
      found.together = count;
      confirm(all, found.explanations);
      if (!found.explanations.empty()) return found;
      // Of many together some come near by chance: each must bring the two much nearer.
      const double nearer = count == 1 ? 2 : 10;
      const Hypothesis& best = all.front();
      if (!nearest || best.distance.rms < nearest->distance.rms / nearer) nearest = best;
    }
    if (found.worst && agreement(readings_[0].base, readings_[0], 1, 1).ill_conditioned)
      found.as_it_is = Outcome::no_verdict;
    if (nearest && !departures_of(*nearest).empty())
      found.nearest = {departures_of(*nearest), look_at_whole_samples(*nearest).worst};
    return found;
  }

 private:
  Variant variant_of(const Hypothesis& hypothesis) const {
    std::vector<const Change*> changes;
    for (const std::size_t i : hypothesis.changes) changes.push_back(&changes_[hypothesis.reading][i]);
    return with_changes(readings_[hypothesis.reading].base, changes);
  }

  std::vector<Departure> departures_of(const Hypothesis& hypothesis) const {
    std::vector<Departure> departures = readings_[hypothesis.reading].departures;
    for (const std::size_t i : hypothesis.changes) {
      const Change& change = changes_[hypothesis.reading][i];
      departures.push_back({change.name, change.remedy});
    }
    return departures;
  }

  Distance look_at_whole_samples(const Hypothesis& hypothesis) const {
    const Reading& reading = readings_[hypothesis.reading];
    const Variant variant = variant_of(hypothesis);
    return distance_on(whole_samples(variant, reading, focuses_[hypothesis.reading]), variant, reading);
  }

  /// Where it differs, what follows looks there.
  void judge_as_it_is(Diagnosis& found) {
    const Reading& reading = readings_[0];
    std::vector<Hypothesis> plain(1);
    const Distance distance = look_at_whole_samples(plain[0]);
    found.worst = distance.worst;
    if (distance.can_agree) {
      found.agreement = agreement(reading.base, reading, batch_, reading.samples());
      if (found.agreement.found.holds()) {
        found.as_it_is = found.agreement.ill_conditioned ? Outcome::no_verdict : Outcome::agrees;
        return;
      }
      found.worst = found.agreement.found.worst;
    }
    focuses_[0].sample = found.worst->place[0];
    const Excerpt excerpt = small_excerpt(reading.base, reading, focuses_[0]);
    focuses_[0].all_steps = excerpt.is_exact && distance_on(excerpt, reading.base, reading).can_agree;
    measure(plain);
    of_size_[0] = plain;
  }

  /// Each on one of the threads.
  template <class Job>
  void for_each(std::size_t size, Job&& job) {
    std::atomic<std::size_t> next{0};
    team_.run([&](int worker) {
      for (std::size_t i = next++; i < size; i = next++) {
        job(i);
        if (worker == 0 && progress_) progress_(i, size);
      }
    });
  }

  void measure(std::vector<Hypothesis>& all) {
    for_each(all.size(), [&](std::size_t i) {
      const Reading& reading = readings_[all[i].reading];
      const Variant variant = variant_of(all[i]);
      all[i].distance =
          distance_on(small_excerpt(variant, reading, focuses_[all[i].reading]), variant, reading);
    });
  }

  bool fits(const Hypothesis& hypothesis, std::size_t added) const {
    const std::vector<Change>& changes = changes_[hypothesis.reading];
    return std::none_of(hypothesis.changes.begin(), hypothesis.changes.end(), [&](std::size_t i) {
      return i == added || exclude_each_other(changes[i], changes[added]);
    });
  }

  /// What each change of a reading takes to look at, once where the reading is first changed.
  const std::vector<double>& works_of(std::size_t reading) {
    std::vector<double>& works = works_[reading];
    if (!works.empty()) return works;
    const Reading& read = readings_[reading];
    for (const Change& change : changes_[reading]) {
      const Variant variant = with_changes(read.base, {&change});
      works.push_back(work_of(small_excerpt(variant, read, focuses_[reading]), variant));
    }
    return works;
  }

  double work_of_looking(const Hypothesis& hypothesis) {
    double work = 0;
    for (const std::size_t i : hypothesis.changes) work = std::max(work, works_of(hypothesis.reading)[i]);
    return work;
  }

  /// The best of a reading's hypotheses, each with one change more; all of them if so much work allows, but
  /// not with others what takes a lot by itself.
  std::vector<Hypothesis> with_one_more(std::size_t reading, double work) {
    constexpr double least_share = 0.01;
    double left = work;
    std::vector<Hypothesis> all;
    std::set<std::vector<std::size_t>> seen;
    for (const Hypothesis& parent : of_size_[reading])
      for (std::size_t i = 0; i < changes_[reading].size(); ++i) {
        if (!fits(parent, i)) continue;
        Hypothesis child = parent;
        child.changes.insert(std::upper_bound(child.changes.begin(), child.changes.end(), i), i);
        const double takes = work_of_looking(child);
        if (!parent.changes.empty() && takes > std::min(left, least_share * work)) continue;
        if (!seen.insert(child.changes).second) continue;
        all.push_back(std::move(child));
        left -= takes;
      }
    return all;
  }

  /// Measured, the nearest first.
  std::vector<Hypothesis> with_departures(std::size_t count) {
    std::vector<std::size_t> readings;
    for (std::size_t i = 0; i < readings_.size(); ++i)
      if (readings_[i].departures.size() <= count) readings.push_back(i);
    std::vector<Hypothesis> all;
    const double work = 0.6 * work_left_;  // the rest is for more departures
    for (const std::size_t i : readings) {
      const bool is_new = readings_[i].departures.size() == count;
      const double share = readings.size() == 1 ? 1
                           : i == readings[0]   ? 0.5
                                                : 0.5 / static_cast<double>(readings.size() - 1);
      std::vector<Hypothesis> some =
          is_new ? std::vector<Hypothesis>{{i, {}, {}}} : with_one_more(i, work * share);
      measure(some);
      const auto nearer = [](const Hypothesis& a, const Hypothesis& b) {
        return a.distance.rms < b.distance.rms;
      };
      std::stable_sort(some.begin(), some.end(), nearer);
      for (const Hypothesis& one : some) work_left_ -= work_of_looking(one);
      of_size_[i] = some;
      all.insert(all.end(), some.begin(), some.end());
      std::inplace_merge(all.begin(), all.end() - static_cast<std::ptrdiff_t>(some.size()), all.end(),
                         nearer);
    }
    return all;
  }

  /// Those of the nearest that agree.
  void confirm(const std::vector<Hypothesis>& all, std::vector<Explanation>& explanations) {
    const Variant& any = readings_[0].base;
    const double looks = effort_.search / 8 / work_of(whole_samples(any, readings_[0], {}), any);
    const auto most = std::clamp(static_cast<std::size_t>(looks), fewest_confirmed, most_confirmed);
    std::vector<Hypothesis> some;
    for (const Hypothesis& one : all)
      if (one.distance.can_agree && some.size() < most) some.push_back(one);
    std::sort(some.begin(), some.end(), [](const Hypothesis& a, const Hypothesis& b) {
      return std::pair(a.reading, a.changes) < std::pair(b.reading, b.changes);
    });
    std::vector<Agreement> agreements(some.size());
    std::vector<char> holds(some.size());
    for_each(some.size(), [&](std::size_t i) {
      if (!look_at_whole_samples(some[i]).can_agree) return;
      const Reading& reading = readings_[some[i].reading];
      const Variant variant = variant_of(some[i]);
      agreements[i] = agreement(variant, reading, batch_, samples_within(effort_.confirm, variant, reading));
      holds[i] = agreements[i].holds() ? 1 : 0;
    });
    for (std::size_t i = 0; i < some.size(); ++i)
      if (holds[i] != 0) explanations.push_back({departures_of(some[i]), agreements[i]});
  }

  const std::vector<Reading>& readings_;
  std::int64_t batch_;
  Team team_;
  const Progress& progress_;
  Effort effort_;
  double work_left_;
  std::vector<std::vector<Change>> changes_;      // of each reading
  std::vector<Focus> focuses_;                    // of each reading
  std::vector<std::vector<double>> works_;        // of each reading, of each change
  std::vector<std::vector<Hypothesis>> of_size_;  // of each reading, with as many changes as tried last
};

}  // namespace

Diagnosis diagnose(const std::vector<Reading>& readings, std::int64_t batch, int threads,
                   const Progress& progress, const Effort& effort) {
  return Search(readings, batch, threads, progress, effort).run();
}

}  // namespace lockstep::doctor
