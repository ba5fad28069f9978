#include "verify/doctor/tell.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lockstep::doctor {
namespace {

/// In lines of at most 80 columns, as far as words allow.
std::string folded(const std::string& text, std::size_t indent = 0) {
  constexpr std::size_t width = 80;
  std::string all, line;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      all += line + "\n";
      line = std::string(indent, ' ') + word;
    } else {
      line += line.empty() ? word : " " + word;
    }
    begin = end + 1;
  }
  return all + line + "\n";
}

std::string how_it_agrees(const Agreement& agreement) {
  const Element& worst = agreement.found.worst;
  return fmt::format("{} values of {} samples, largest error {:.3g} where {:.3g} is allowed",
                     agreement.found.compared, agreement.samples, worst.error, worst.allowed);
}

std::string how_it_differs(const Element& worst) {
  return fmt::format("by {:.3g} at sample {}, step {}, unit {}: the model gives {:.6g}, y has {:.6g}",
                     worst.error, worst.place[0], worst.place[1], worst.place[2], worst.expected,
                     worst.actual);
}

std::string names_of(const std::vector<Departure>& departures) {
  std::vector<std::string> names;
  for (const Departure& departure : departures) names.push_back(departure.name);
  return fmt::format("{}", fmt::join(names, ", and "));
}

std::string remedies_of(const std::vector<Departure>& departures) {
  std::vector<std::string> remedies;
  for (const Departure& departure : departures) remedies.push_back(departure.remedy);
  return fmt::format("{}.", fmt::join(remedies, "; and "));
}

constexpr double share_of_low_precision =
    1 << 13;  // that of bfloat16, with whose 2^-9 a result is rounded often

std::string none_told(const Diagnosis& found) {
  std::string text = folded(
      fmt::format("No explanation: none of {} conventions and combinations of up to {} that were tried "
                  "makes the two agree.",
                  found.tried, found.together));
  if (found.worst && found.worst->share() < share_of_low_precision)
    text += folded(fmt::format(
        "They differ by {:.3g} times what float's rounding allows, as they do where the program behind "
        "y has less precision (float16, bfloat16, fast activations) or y was rounded.",
        found.worst->share()));
  else if (!found.nearest)
    text += folded("None brings the two much nearer: the weights, or the input, are likely to be others.");
  if (!found.nearest) return text;
  return text + folded(fmt::format("Nearest: {}; with that they still differ, {}.",
                                   names_of(found.nearest->departures), how_it_differs(found.nearest->worst)),
                       2);
}

}  // namespace

std::string told(const Diagnosis& found, const std::string& model, const std::string& y) {
  if (found.as_it_is == Outcome::agrees)
    return folded(fmt::format("{} agrees with {} as it is: {}.", model, y, how_it_agrees(found.agreement)));
  if (found.as_it_is == Outcome::no_verdict)
    return folded(
        fmt::format("{} and {}: no verdict: rounding alone moves the model's answer so far that "
                    "neither agreement nor difference would say anything.",
                    model, y));
  std::string text = folded(
      fmt::format("{} differs from {}{}.", model, y,
                  found.worst ? fmt::format(", {}", how_it_differs(*found.worst)) : ": the shapes alone do"));
  if (found.constant)
    return text + folded(fmt::format("Every value of {} is {:g}: that tells no convention from another.", y,
                                     *found.constant));
  if (found.explanations.empty()) return text + none_told(found);
  const Explanation& simplest = found.explanations.front();
  text += folded(fmt::format("Explained by: {}.", names_of(simplest.departures)), 2);
  text += folded(fmt::format("Fix: {}", remedies_of(simplest.departures)), 2);
  text += folded(fmt::format("With that they agree: {}.", how_it_agrees(simplest.agreement)), 2);
  constexpr std::int64_t few = 4;
  if (simplest.agreement.found.compared < few)
    text += folded("So few values may agree by chance: try an input of more samples or steps.", 2);
  for (std::size_t i = 1; i < found.explanations.size(); ++i)
    text += folded(
        fmt::format("Not to be told apart on this input: {}.", names_of(found.explanations[i].departures)),
        2);
  return text;
}

}  // namespace lockstep::doctor
