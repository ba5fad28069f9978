#include "reports/picture.h"

#include <stdexcept>

#include "reports/chart.h"

namespace lockstep::reports {
namespace {

const Chart& first_chart(const Document& document) {
  for (const Section& section : document.sections)
    for (const Chart& chart : section.charts)
      if (has_points(chart)) return chart;
  throw std::invalid_argument(
      "an .svg holds the first chart, and this report has none: measure more than one length");
}

}  // namespace

std::string picture(const Document& document) {
  // The page's style sheet gives the inks on a page; here they stand in the file.
  constexpr std::string_view inks =
      "<style>text { fill: #1c2127; }</style><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>";
  std::string text = svgs({first_chart(document)}, document.series_order).front();
  text.insert(text.find('>') + 1, inks);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text + "\n";
}

}  // namespace lockstep::reports
