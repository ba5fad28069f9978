#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backends/problem_text.h"
#include "cases/golden_for_test.h"

namespace lockstep {
namespace {

/// The problems of a file of golden vectors, as they are written there.
std::vector<std::string> problems_in(const std::filesystem::path& path) {
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file);
  std::vector<std::string> texts;
  for (const auto& vector : json.value("vectors", nlohmann::json::array()))
    texts.push_back(vector.at("problem").get<std::string>());
  return texts;
}

TEST(GoldenProblems, PrintBackAsTheyAreWritten) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder)) {
    if (entry.path().extension() != ".json") continue;
    for (const auto& text : problems_in(entry.path())) {
      EXPECT_EQ(to_string(parse_problem(text)), text) << entry.path();
      ++count;
    }
  }
  EXPECT_GT(count, 250U);
}

}  // namespace
}  // namespace lockstep
