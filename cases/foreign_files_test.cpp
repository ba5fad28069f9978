#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"
#include "cases/golden_model_for_test.h"
#include "cases/pytorch/read_pytorch.h"
#include "cases/rtneural/read_rtneural.h"

namespace lockstep {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// With what the notices have, one of each.
struct ForeignFile : GoldenModelFile {
  std::vector<std::string> notes;
};
struct RefusedFile {
  std::string file, why, says;
};

/// Another program than Keras whose files are read, and their folder of the golden ones.
struct Program {
  std::string folder;
  std::size_t least;  // so many files
  ModelFile (*read)(const std::filesystem::path&);

  std::filesystem::path path(const std::string& file) const { return golden_folder / folder / file; }
  ModelFile model_of(const std::string& file) const { return read(path(file)); }
  std::vector<ForeignFile> files() const {
    return golden::read<ForeignFile>(
        path("index.json"), "files", +[](const nlohmann::json& node) -> ForeignFile {
          return {golden_model_file(node), node.at("notes")};
        });
  }
  std::vector<RefusedFile> refused() const {
    return golden::read<RefusedFile>(
        path("index.json"), "refused", +[](const nlohmann::json& node) -> RefusedFile {
          return {node.at("file"), node.at("why"), node.at("says")};
        });
  }
};
void PrintTo(const Program& program, std::ostream* out) {
  *out << program.folder;
}

class ForeignFiles : public ::testing::TestWithParam<Program> {
 protected:
  const std::vector<ForeignFile> files = GetParam().files();
};
INSTANTIATE_TEST_SUITE_P(Of, ForeignFiles,
                         ::testing::Values(Program{"pytorch", 18,
                                                   [](const std::filesystem::path& path) {
                                                     return read_pytorch(path);
                                                   }},
                                           Program{"rtneural", 4, &read_rtneural}),
                         [](const auto& test) { return test.param.folder; });

TEST_P(ForeignFiles, TheOracleAgreesWith) {
  EXPECT_GE(files.size(), GetParam().least);
  for (const ForeignFile& golden : files)
    expect_oracle_agrees(GetParam().model_of(golden.file).model, golden);
}

TEST_P(ForeignFiles, EveryBackendAgreesWithTheOracleOn) {
  for (const ForeignFile& golden : files)
    expect_backends_agree(GetParam().model_of(golden.file).model, golden);
}

TEST_P(ForeignFiles, AreReadWithNotices) {
  for (const ForeignFile& golden : files) {
    const auto notices = GetParam().model_of(golden.file).notices;
    ASSERT_EQ(notices.size(), golden.notes.size()) << golden.file;
    for (std::size_t i = 0; i < notices.size(); ++i)
      EXPECT_THAT(notices[i], HasSubstr(golden.notes[i])) << golden.file;
  }
}

TEST_P(ForeignFiles, AreRefusedByTheNameOfWhatIsNotUnderstood) {
  for (const auto& [file, why, says] : GetParam().refused())
    EXPECT_THAT(refusal_of([&] { GetParam().model_of(file); }),
                AllOf(HasSubstr(file + "\": "), HasSubstr(says), HasSubstr("accepted")))
        << why;
}

}  // namespace
}  // namespace lockstep
