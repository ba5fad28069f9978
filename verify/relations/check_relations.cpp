#include <exception>
#include <iterator>

#include <fmt/format.h>

#include "backends/names.h"
#include "backends/problem_text.h"
#include "verify/relations/families.h"
#include "verify/relations/trial.h"
#include "verify/trust.h"

namespace lockstep {
namespace {

RelationFinding outcome_of(const Relation& relation, const Subject& subject) {
  try {
    Trial trial(relation, subject);
    relation.check(trial);
    return trial.finding();
  } catch (const WroteOutside& error) {
    RelationFinding wrote;
    wrote.reason = error.what();
    return wrote;
  } catch (const std::exception& error) {
    RelationFinding threw;
    threw.reason = fmt::format("threw: {}", error.what());
    return threw;
  }
}

/// Every relation that applies, by what `find` says of it.
template <class Find>
std::vector<RelationFinding> each_relation(const Backend& backend, const Case& one, Find&& find) {
  std::vector<RelationFinding> findings;
  for (const Relation& relation : relations()) {
    if (!relation.applies(one.problem)) continue;
    RelationFinding found = find(relation);
    found.relation = relation.name;
    found.how_equal = relation.how_equal;
    found.subject = to_string(one.problem);
    found.backend = backend.name();
    if (found.verdict != Verdict::pass) found.repro = repro_of(Finding(one, backend.name())) + " --relations";
    findings.push_back(std::move(found));
  }
  return findings;
}

}  // namespace

std::string_view to_string(RelationClass how_equal) {
  static constexpr Names<RelationClass, 2> names{{"bitwise", "same math"}};
  return names.of(how_equal);
}

const std::vector<Relation>& relations() {
  static const auto all = [] {
    std::vector<Relation> found;
    for (auto&& family :
         {memory_relations(), time_relations(), batch_relations(), mask_relations(), weight_relations()})
      found.insert(found.end(), family.begin(), family.end());
    return found;
  }();
  return all;
}

std::vector<RelationFinding> check_relations(const Backend& backend, const Case& one,
                                             const Expected& expected) {
  const auto all_are = [&](Verdict verdict, const std::string& reason) {
    return each_relation(backend, one, [&](const Relation&) {
      RelationFinding found;
      found.verdict = verdict;
      found.reason = reason;
      return found;
    });
  };
  if (const Support support = backend.supports(one.problem); !support)
    return all_are(Verdict::skip, support.why());
  try {
    const Subject subject(backend, one, expected);
    const MaskView mask = make_io(one.problem, subject.given, subject.usual).mask;
    const std::string distrusted = distrust(one.problem, expected.output(one.problem), mask);
    return each_relation(backend, one, [&](const Relation& relation) {
      RelationFinding found = outcome_of(relation, subject);
      if (found.verdict != Verdict::pass || distrusted.empty()) return found;
      found.verdict = Verdict::untrusted;
      found.reason = distrusted;
      return found;
    });
  } catch (const WroteOutside& error) {
    return all_are(Verdict::fail, error.what());
  } catch (const std::exception& error) {
    return all_are(Verdict::fail, fmt::format("threw: {}", error.what()));
  }
}

}  // namespace lockstep
