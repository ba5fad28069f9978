#include "reports/chart.h"

#include <limits>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/sample_for_test.h"
#include "reports/xml_for_test.h"

namespace lockstep::reports {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Per series name: colour class and marker. Bands have no marker.
std::map<std::string, std::set<std::string>> looks(const Element& svg) {
  std::map<std::string, std::set<std::string>> found;
  for (const Element* group : svg.all("g")) {
    if (!group->attributes.count("class")) continue;
    auto& look = found[group->all("title").at(0)->text];
    look.insert(group->attributes.at("class"));
    for (const Element* use : group->all("use")) {
      const std::string& marker = use->attributes.at("href");
      look.insert(marker.substr(marker.find('-')));
    }
  }
  return found;
}

std::size_t markers(const Element& svg) {
  std::size_t count = 0;
  for (const Element* use : svg.all("use"))
    count += use->attributes.count("transform") && !use->attributes.count("id");
  return count;
}

TEST(Svg, DrawsEveryPointAndBandAndText) {
  const Chart chart = sample_chart("Speed <1>", {"naive", "eigen & co", "openblas", "onednn"});
  const std::string text = svg(chart);
  const auto root = parse_xml(text);
  EXPECT_EQ(markers(*root), 4u * 13 + 4) << "the points, and one in the key per series";
  EXPECT_EQ(root->all("polygon").size(), 4u);
  for (const char* words :
       {"naive", "eigen & co", "Time steps per second", "Sequence length T [time steps]", "4096"})
    EXPECT_THAT(root->text, HasSubstr(words));
  EXPECT_THAT(root->attributes["aria-label"], HasSubstr("Speed <1>"));
  EXPECT_LT(text.size(), 20000u);
}

TEST(Svgs, ShareNoId) {
  const Chart chart = sample_chart("Speed", {"naive", "eigen"});
  std::multiset<std::string> ids;
  for (const std::string& text : svgs({chart, chart, chart}))
    parse_xml(text)->visit([&](const Element& e) {
      if (e.attributes.count("id")) ids.insert(e.attributes.at("id"));
    });
  EXPECT_GE(ids.size(), 6u);
  for (const std::string& id : ids) EXPECT_EQ(ids.count(id), 1u) << id;
}

TEST(Svgs, ASeriesLooksTheSameInEveryChart) {
  const std::vector<std::string> drawn =
      svgs({sample_chart("all", {"naive", "eigen", "onednn"}), sample_chart("some", {"onednn", "naive"}),
            sample_chart("new", {"new", "eigen"})},
           {"onednn", "eigen"});
  const auto all = looks(*parse_xml(drawn[0])), some = looks(*parse_xml(drawn[1])),
             other = looks(*parse_xml(drawn[2]));
  EXPECT_TRUE(all.at("onednn").contains("s0"));
  EXPECT_TRUE(all.at("eigen").contains("s1"));
  EXPECT_EQ(all.at("onednn"), some.at("onednn"));
  EXPECT_EQ(all.at("naive"), some.at("naive"));
  EXPECT_EQ(all.at("eigen"), other.at("eigen"));
  EXPECT_NE(all.at("naive"), other.at("new"));
}

TEST(Svgs, NoTwoOfManySeriesLookTheSame) {
  std::vector<std::string> names;
  for (int i = 0; i < 16; ++i) names.push_back("series " + std::to_string(i));
  const auto root = parse_xml(svg(sample_chart("many", names)));
  std::set<std::pair<std::string, std::string>> colors, markers;  // each with the dash
  for (const Element* group : root->all("g")) {
    if (!group->attributes.count("class") || group->all("use").empty()) continue;
    const auto& path = group->all("path").at(0)->attributes;
    const std::string dash = path.count("stroke-dasharray") ? path.at("stroke-dasharray") : "";
    colors.emplace(group->attributes.at("color"), dash);
    markers.emplace(group->all("use").at(0)->attributes.at("href"), dash);
  }
  EXPECT_EQ(colors.size(), names.size());
  EXPECT_EQ(markers.size(), names.size());
}

TEST(Svg, LeavesOutWhatWasNotMeasured) {
  Chart chart = sample_chart("Speed", {"naive", "eigen"});
  chart.series[0] = Series{.name = "naive"};
  EXPECT_FALSE(looks(*parse_xml(svg(chart))).contains("naive"));
  chart.series.pop_back();
  EXPECT_FALSE(has_points(chart));
  EXPECT_THAT([&] { svg(chart); }, ThrowsMessage<std::invalid_argument>(HasSubstr("no points")));
  EXPECT_TRUE(svgs({}).empty());
}

TEST(Svg, OnePointOnLinearAxesIsEnough) {
  const Chart chart{
      .title = "one", .x_label = "x", .y_label = "y", .series = {{.name = "a", .x = {0}, .y = {0}}}};
  EXPECT_EQ(markers(*parse_xml(svg(chart))), 2u);
}

TEST(Validate, NamesChartAndSeries) {
  const Chart good = sample_chart("Speed", {"eigen"});
  EXPECT_NO_THROW(validate(good));
  const auto refused = [&](auto spoil, const char* why) {
    Chart bad = good;
    spoil(bad.series[0]);
    EXPECT_THAT([&] { validate(bad); }, ThrowsMessage<std::invalid_argument>(testing::AllOf(
                                            HasSubstr("chart 'Speed', series 'eigen'"), HasSubstr(why))));
    EXPECT_THROW(svg(bad), std::invalid_argument);
  };
  refused([](Series& s) { s.y.pop_back(); }, "13 x, 12 y");
  refused([](Series& s) { s.low.clear(); }, "0 low, 13 high");
  refused([](Series& s) { s.low.resize(5), s.high.resize(5); }, "5 low, 5 high");
  refused([](Series& s) { s.y[3] = std::numeric_limits<double>::quiet_NaN(); }, "y holds nan");
  refused([](Series& s) { s.high[0] = std::numeric_limits<double>::infinity(); }, "high holds inf");
  refused([](Series& s) { s.low[0] = 0; }, "low holds 0 on a logarithmic axis");
  refused([](Series& s) { s.x[0] = -1; }, "x holds -1");
  refused([](Series& s) { s.x[1] = s.x[0]; }, "x does not rise");
}

TEST(Describe, SaysWhatTheCurvesDo) {
  EXPECT_EQ(describe(sample_chart("Speed", {"eigen"})),
            "Speed. Time steps per second against Sequence length T [time steps]. eigen: 44.61k at 1, 2.369M "
            "at 4096.");
}

}  // namespace
}  // namespace lockstep::reports
