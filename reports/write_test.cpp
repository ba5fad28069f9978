#include "reports/write.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/sample_for_test.h"
#include "reports/xml_for_test.h"

namespace lockstep::reports {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class Write : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "lockstep_write_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
  }

  static Document document() {
    Document d;
    d.title = "Speed";
    const std::vector<Column> columns = {{.name = "backend"},
                                         {.name = "time_steps"},
                                         {.name = "rate", .unit = "1/s"},
                                         {.name = "error", .digits = 2}};
    const Table table(
        "Records", columns,
        {{"eigen", 1, 1234567.89, 1e-7}, {"naive", 4096, 2.0 / 3, {}}, {"one, two", 8, 1e15, 0.05}});
    d.records = table;
    d.sections = {{.heading = "All", .charts = {sample_chart("c", {"eigen"})}, .tables = {table}}};
    return d;
  }

  fs::path folder;
};

using Texts = std::vector<std::vector<std::string>>;

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(' ');
  return from == text.npos ? "" : text.substr(from, text.find_last_not_of(' ') + 1 - from);
}

Texts markdown_cells(const std::string& text) {
  Texts rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| ")) continue;
    std::istringstream cells(line.substr(1));
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, '|');) rows.back().push_back(trimmed(cell));
  }
  rows.erase(rows.begin());
  return rows;
}

Texts csv_cells(const std::string& text) {
  Texts rows(1, {""});
  bool quoted = false;
  for (const char c : text) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      rows.back().emplace_back();
    else if (c == '\n' && !quoted)
      rows.push_back({""});
    else if (c != '\r')
      rows.back().back() += c;
  }
  rows.pop_back();
  rows.erase(rows.begin());
  return rows;
}

Texts html_cells(const std::string& text) {
  Texts rows;
  const auto root = parse_xml(text);
  for (const Element* row : root->all("tr")) {
    rows.emplace_back();
    for (const Element* cell : row->all("td")) rows.back().push_back(cell->text);
  }
  rows.erase(rows.begin());
  return rows;
}

TEST_F(Write, EveryFormatTellsTheSameNumbers) {
  write_document(document(), {folder / "r.md", folder / "r.csv", folder / "r.html", folder / "r.json"});
  const Texts expected = {{"eigen", "1", "1235000", "1.0e-07"},
                          {"naive", "4096", "0.6667", "–"},
                          {"one, two", "8", "1.000e+15", "0.050"}};
  EXPECT_EQ(markdown_cells(read(folder / "r.md")), expected);
  EXPECT_EQ(html_cells(read(folder / "r.html")), expected);
  Texts with_gap = expected;
  with_gap[1][3] = "";
  EXPECT_EQ(csv_cells(read(folder / "r.csv")), with_gap);
  const auto records = nlohmann::json::parse(read(folder / "r.json"))["records"];
  EXPECT_EQ(records[0]["rate"].get<double>(), 1235000);
  EXPECT_EQ(records[1]["rate"].get<double>(), 0.6667);
  EXPECT_EQ(files().size(), 4u);
}

TEST_F(Write, JUnitTellsOfTheTestsAndIsRefusedWhereThereAreNone) {
  Document judged = document();
  EXPECT_THROW(write_document(judged, {folder / "r.md", folder / "r.xml"}), std::invalid_argument);
  EXPECT_THAT(files(), IsEmpty());
  judged.tests = {{.suite = "eigen", .name = "lstm", .outcome = Outcome::fail, .message = "off"}};
  write_document(judged, {folder / "r.xml"});
  EXPECT_EQ(read(folder / "r.xml"), junit(judged.title, judged.tests));
}

TEST_F(Write, UnknownSuffixIsRefusedBeforeAnything) {
  for (const char* name : {"r.pdf", "r", "r.MD", ".md"})
    EXPECT_THAT(
        [&] {
          write_document(document(), {folder / "r.md", folder / name});
        },
        ThrowsMessage<std::invalid_argument>(
            AllOf(HasSubstr(name), HasSubstr(".md .csv .json .html .svg .xml"))));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Write, SuffixesAreCheckedBeforeRendering) {
  Document broken = document();
  broken.facts = {{"Machine", "a"}, {"Machine", "b"}};
  EXPECT_THAT([&] { write_document(broken, {folder / "r.json"}); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("two facts")));
  EXPECT_THAT(
      [&] {
        write_document(broken, {folder / "r.json", folder / "r.pdf"});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("r.pdf")));
}

TEST_F(Write, OneBadPathLeavesNoFileAtAll) {
  EXPECT_THAT(
      [&] {
        write_document(document(), {folder / "r.md", folder / "none" / "r.csv"});
      },
      ThrowsMessage<std::runtime_error>(
          AllOf(HasSubstr("none/r.csv"), HasSubstr("no folder"), Not(HasSubstr("\n")))));
  EXPECT_THAT(files(), IsEmpty());
}

/// In the middle of a file, one being done; a fork that ends before has the same files open.
void end_by(int signal, const fs::path& folder) {
  StagedFile done(folder / "done");
  StagedFile begun(folder / "begun");
  done.finish();
  done.take_place();
  begun.append("the first half");
  if (fork() == 0) raise(signal);
  wait(nullptr);
  if (fs::exists(begun.aside())) raise(signal);
}

TEST_F(Write, ASignalThatEndsTheProgramLeavesNoPartOfAFile) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    EXPECT_EXIT(end_by(signal, folder), testing::KilledBySignal(signal), "");
  EXPECT_THAT(files(), testing::ElementsAre("done"));
}

TEST_F(Write, MakesFoldersOnlyWhenAsked) {
  EXPECT_THROW(write_text(folder / "a" / "b" / "x", "text"), std::runtime_error);
  EXPECT_THAT(files(), IsEmpty());
  write_text(folder / "a" / "b" / "x", "text", Folders::create);
  EXPECT_EQ(read(folder / "a" / "b" / "x"), "text");
  EXPECT_THAT([&] { write_text(folder / "a" / "b" / "x" / "y", "text", Folders::create); },
              ThrowsMessage<std::runtime_error>(HasSubstr("x/y")));
}

TEST_F(Write, ReplacesAFileAndKeepsItsModeAndLinks) {
  write_text(folder / "x", "old and longer");
  fs::permissions(folder / "x", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink(folder / "x", folder / "link");
  write_text(folder / "link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read(folder / "x"), "new");
  EXPECT_EQ(fs::status(folder / "x").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(files().size(), 2u);
}

TEST_F(Write, RefusesWhatIsNoFile) {
  EXPECT_THAT([&] { write_text(folder, "text"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("it is a folder")));
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT([&] { write_text(folder / "pipe", "text"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("not a regular file")));
  EXPECT_THROW(write_text("", "text"), std::runtime_error);
}

TEST_F(Write, FullDiskKeepsTheOldFile) {
  write_text(folder / "x", "old");
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THAT(
      [&] { write_text(folder / "x", std::string(5000, 'n')); },
      ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("/x' cannot be written: "), Not(HasSubstr("\n")))));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_EQ(read(folder / "x"), "old");
  EXPECT_EQ(files().size(), 1u);
}

}  // namespace
}  // namespace lockstep::reports
