#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "cases/golden_model_for_test.h"
#include "cases/pytorch/read_pytorch.h"

namespace lockstep::pytorch {
namespace {

using ::testing::HasSubstr;

/// With what the notices have, in order.
struct PytorchFile : GoldenModelFile {
  std::vector<std::string> notes;
};

std::filesystem::path file_for_test(const std::string& name) {
  return golden_folder / "pytorch" / name;
}

const std::vector<PytorchFile>& files() {
  static const auto all = golden::read<PytorchFile>(
      file_for_test("index.json"), "files", +[](const nlohmann::json& node) -> PytorchFile {
        return {{node.at("file"), node.at("why"), golden::read_tensors(node.at("given")),
                 golden::read_tensors(node.at("expected"))},
                node.at("notes")};
      });
  return all;
}

TEST(PytorchFiles, OracleAgreesWithPytorch) {
  EXPECT_GE(files().size(), 15U);
  for (const PytorchFile& golden : files())
    expect_oracle_agrees(read_pytorch(file_for_test(golden.file)).model, golden);
}

TEST(PytorchFiles, EveryBackendAgreesWithTheOracle) {
  for (const PytorchFile& golden : files())
    expect_backends_agree(read_pytorch(file_for_test(golden.file)).model, golden);
}

TEST(PytorchFiles, AreReadWithNotices) {
  for (const PytorchFile& golden : files()) {
    const auto notices = read_pytorch(file_for_test(golden.file)).notices;
    ASSERT_GE(notices.size(), golden.notes.size()) << golden.file;
    EXPECT_EQ(notices.empty(), golden.notes.empty()) << golden.file;
    for (std::size_t i = 0; i < golden.notes.size(); ++i)
      EXPECT_THAT(notices[notices.size() - golden.notes.size() + i], HasSubstr(golden.notes[i]))
          << golden.file;
  }
}

TEST(PytorchFiles, AreRefusedByTheNameOfTheTensor) {
  struct Refused {
    std::string file, why, says;
  };
  const auto refused = golden::read<Refused>(
      file_for_test("index.json"), "refused", +[](const nlohmann::json& node) -> Refused {
        return {node.at("file"), node.at("why"), node.at("says")};
      });
  for (const auto& [file, why, says] : refused)
    EXPECT_THAT(refusal_of([&] { read_pytorch(file_for_test(file)); }),
                ::testing::AllOf(HasSubstr(file + "\": "), HasSubstr(says), HasSubstr("accepted")))
        << why;
}

}  // namespace
}  // namespace lockstep::pytorch
