#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "cases/golden_model_for_test.h"
#include "cases/rtneural/read_rtneural.h"

namespace lockstep::rtneural {
namespace {

using ::testing::HasSubstr;

/// With what the notices have, in order.
struct RtneuralFile : GoldenModelFile {
  std::vector<std::string> notes;
};

std::filesystem::path file_for_test(const std::string& name) {
  return golden_folder / "rtneural" / name;
}

const std::vector<RtneuralFile>& files() {
  static const auto all = golden::read<RtneuralFile>(
      file_for_test("index.json"), "files", +[](const nlohmann::json& node) -> RtneuralFile {
        return {{node.at("file"), node.at("why"), golden::read_tensors(node.at("given")),
                 golden::read_tensors(node.at("expected"))},
                node.at("notes")};
      });
  return all;
}

TEST(RtneuralFiles, OracleAgreesWithRtneuralsFormulas) {
  EXPECT_GE(files().size(), 4U);
  for (const RtneuralFile& golden : files())
    expect_oracle_agrees(read_rtneural(file_for_test(golden.file)).model, golden);
}

TEST(RtneuralFiles, EveryBackendAgreesWithTheOracle) {
  for (const RtneuralFile& golden : files())
    expect_backends_agree(read_rtneural(file_for_test(golden.file)).model, golden);
}

TEST(RtneuralFiles, AreReadWithNotices) {
  for (const RtneuralFile& golden : files()) {
    const auto notices = read_rtneural(file_for_test(golden.file)).notices;
    ASSERT_EQ(notices.size(), golden.notes.size()) << golden.file;
    for (std::size_t i = 0; i < notices.size(); ++i) EXPECT_THAT(notices[i], HasSubstr(golden.notes[i]));
  }
}

TEST(RtneuralFiles, AreRefusedByTheNameOfTheLayer) {
  struct Refused {
    std::string file, why, says;
  };
  const auto refused = golden::read<Refused>(
      file_for_test("index.json"), "refused", +[](const nlohmann::json& node) -> Refused {
        return {node.at("file"), node.at("why"), node.at("says")};
      });
  for (const auto& [file, why, says] : refused)
    EXPECT_THAT(refusal_of([&] { read_rtneural(file_for_test(file)); }),
                ::testing::AllOf(HasSubstr(file + "\": "), HasSubstr(says), HasSubstr("accepted")))
        << why;
}

}  // namespace
}  // namespace lockstep::rtneural
