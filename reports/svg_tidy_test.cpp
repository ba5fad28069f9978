#include "reports/svg_tidy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/xml_for_test.h"

namespace lockstep::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* raw = R"svg(<?xml version="1.0" encoding="utf-8"  standalone="no"?>
<svg
 viewBox="0 0 520 340"
 xmlns="http://www.w3.org/2000/svg"
 xmlns:xlink="http://www.w3.org/1999/xlink"
>
<title>g</title>
<desc>Produced by GNUPLOT 5.4 patchlevel 4 </desc>
<g id="gnuplot_canvas">
<rect x="0" y="0" width="520" height="340" fill="none"/>
<defs>
	<circle id='gpDot' r='0.5' stroke-width='0.5' stroke='currentColor'/>
	<path id='gpPt0' stroke-width='0.190' stroke='currentColor' d='M-1,0 h2 M0,-1 v2'/>
	<circle id='gpPt5' stroke-width='0.190' stroke='currentColor' cx='0' cy='0' r='1'/>
	<use xlink:href='#gpPt5' id='gpPt6' fill='currentColor' stroke='none'/>
	<filter id='textbox' x='0'><feFlood flood-color='white'/></filter>
</defs>
<g fill="none" color="black" stroke="currentColor" stroke-width="1.00">
</g>
<g fill="none" color="black" stroke="currentColor" stroke-width="1.00" stroke-linecap="butt">
	<path stroke='rgb(139, 148, 158)'  d='M68.25,368.04 L68.25,356.00  '/>	<g transform="translate(68.25,395.38)" stroke="none" fill="black" font-family="sans-serif" font-size="14.00"  text-anchor="middle">
		<text> 1 &lt; 2</text>
	</g>
</g>
	<g id="g_plot_1" ><title>g_plot_1</title>
<g fill="none" color="black" stroke="currentColor" stroke-width="2.00">
	<path stroke='rgb(  0, 114, 178)'  d='M12.13,17.01 L42.21,17.01'/>	<use xlink:href='#gpPt6' transform='translate(53.84,238.00) scale(3.67)' color='rgb(  0, 114, 178)'/>
</g>
	</g>
<g fill="none" color="black" stroke="rgb(  0, 114, 178)">
<path stroke='rgb(  0, 114, 178)' d='M1,2 L3,4'/></g>
</g>
)svg";

const SvgLook look{.id = "c1",
                   .description = "a < b",
                   .font_size = 14,
                   .plots = {{.css_class = "s0", .color = "#0072b2", .name = "eigen & co"}}};

TEST(TidySvg, KeepsTheDrawingAndDropsTheRest) {
  const std::string svg = tidy_svg(raw, look);
  const auto root = parse_xml(svg);
  EXPECT_EQ(root->attributes["viewBox"], "0 0 520 340");
  EXPECT_EQ(root->attributes["width"], "100%");
  EXPECT_EQ(root->attributes.count("height"), 0u);
  EXPECT_EQ(root->attributes["aria-label"], "a < b");
  EXPECT_THAT(root->text, HasSubstr("1 < 2"));
  EXPECT_THAT(svg, HasSubstr("M68.3,368 L68.3,356"));
  EXPECT_THAT(svg, HasSubstr("stroke=\"#8b949e\""));
  for (const char* gone :
       {"GNUPLOT", "<?xml", "xlink", "gpDot", "gpPt0", "filter", "rect", "font-family=\"sans"})
    EXPECT_THAT(svg, Not(HasSubstr(gone)));
  for (const Element* group : root->all("g")) EXPECT_FALSE(group->children.empty());
}

TEST(TidySvg, GivesAPlotItsColorAndName) {
  const auto root = parse_xml(tidy_svg(raw, look));
  const Element* plot = nullptr;
  for (const Element* group : root->all("g"))
    if (group->attributes.count("class")) plot = group;
  ASSERT_NE(plot, nullptr);
  EXPECT_EQ(plot->attributes.at("class"), "s0");
  EXPECT_EQ(plot->attributes.at("color"), "#0072b2");
  EXPECT_EQ(plot->all("title").at(0)->text, "eigen & co");
  EXPECT_EQ(plot->all("path").at(0)->attributes.at("stroke"), "currentColor");
  EXPECT_EQ(root->all("path").back()->attributes.at("stroke"), "#0072b2")
      << "outside of the plot, colours stay";
}

TEST(TidySvg, EveryReferenceResolvesUnderItsOwnId) {
  const auto root = parse_xml(tidy_svg(raw, look));
  std::vector<std::string> ids, references;
  root->visit([&](const Element& e) {
    if (e.attributes.count("id")) ids.push_back(e.attributes.at("id"));
    if (e.attributes.count("href")) references.push_back(e.attributes.at("href"));
  });
  EXPECT_THAT(ids, testing::ElementsAre("c1-gpPt5", "c1-gpPt6"));
  EXPECT_THAT(references, testing::ElementsAre("#c1-gpPt5", "#c1-gpPt6"));
}

}  // namespace
}  // namespace lockstep::reports
