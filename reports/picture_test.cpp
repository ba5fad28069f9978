#include "reports/picture.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "reports/sample_for_test.h"

namespace lockstep::reports {
namespace {

TEST(Picture, IsTheFirstChartWithItsInks) {
  Document document;
  document.sections.push_back({"Curves", {}, {{}, sample_chart("Chart", {"naive", "eigen"})}, {}});
  const std::string text = picture(document);
  EXPECT_TRUE(text.starts_with("<?xml"));
  EXPECT_NE(text.find(">eigen<"), std::string::npos);
  EXPECT_LT(text.find("<style>"), text.find("<path"));
}

TEST(Picture, NeedsAChartWithPoints) {
  Document document;
  document.sections.push_back({"Curves", {}, {{}}, {}});
  EXPECT_THROW(picture(document), std::invalid_argument);
}

}  // namespace
}  // namespace lockstep::reports
