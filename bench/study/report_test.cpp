#include "bench/study/report.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "backends/model_for_test.h"
#include "bench/results_for_test.h"
#include "reports/json.h"
#include "reports/markdown.h"

namespace lockstep {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class StudyReport : public ::testing::Test {
 protected:
  StudyReport() {
    study.model.name = "a.keras";
    study.model.model = last_step();
    study.model.input = {2, 64, 15};
    for (const char* backend : {"eigen", "onednn"}) {
      Finding& finding = study.findings.emplace_back();
      finding.backend = backend;
      finding.verdict = Verdict::pass;
      finding.largest_error = 1e-7;
      finding.tolerance = 1e-6;
    }
    for (const std::int64_t steps : {1, 8}) {
      const double time = 1e-6 * static_cast<double>(steps);
      add("eigen", steps, 1, steps == 1 ? time : 4 * time);
      add("onednn", steps, 1, 3 * time);
      add("onednn", steps, 2, 2 * time);
    }
    Measurement& step = add("eigen", 1, 1, 1e-6);
    step.labels.what = "latency";
    step.latency = Latency{10'000, 1e-6, 2e-6, 3e-6, 4e-6, 5e-6, 6e-6, 2e-8};
    study.notes = {"Left out: much."};
  }
  Measurement& add(const std::string& backend, std::int64_t time_steps, int threads, double seconds,
                   std::int64_t batch = 1) {
    Measurement& row = study.results.measurements.emplace_back();
    row.name = fmt::format("a.keras/B:{}/T:{}/threads:{}/backend:{}", batch, time_steps, threads, backend);
    row.labels = {"run", "a.keras", "", batch, time_steps, 15, 0, threads, backend};
    row.verdict = "pass";
    row.steps_per_call = static_cast<double>(batch * time_steps);
    row.seconds = {seconds};
    return row;
  }
  Study study;
};

TEST_F(StudyReport, SweepHasEachBackendAtItsBest) {
  const auto rows = reports::json(sweep_table(study.results));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("time_steps"), 1);
  EXPECT_EQ(rows[0].at("eigen"), 1000);
  EXPECT_EQ(rows[0].at("onednn"), 500);
  EXPECT_EQ(rows[0].at("fastest"), "eigen x1");
  EXPECT_EQ(rows[1].at("onednn"), 500);
  EXPECT_EQ(rows[1].at("fastest"), "onednn x2");
  EXPECT_FALSE(rows[0].contains("batch"));
}

TEST_F(StudyReport, NamesTheFallbackOfWhatIsShared) {
  const std::string says = "were computed by naive";
  EXPECT_THAT(study_text(study), Not(HasSubstr(says)));
  add("onednn (gru -> naive)", 8, 1, 1e-6).shared = SharedModel{"onednn", "naive"};
  EXPECT_THAT(study_text(study), HasSubstr("onednn (gru -> naive): the layers in brackets"));
  EXPECT_THAT(study_text(study), HasSubstr(says));
  EXPECT_THAT(reports::markdown(study_report(study)), HasSubstr(says));
  EXPECT_EQ(reports::json(sweep_table(study.results))[1].at("fastest"), "onednn (gru -> naive) x1");
}

TEST_F(StudyReport, SweepHasTheBatchWhereThereAreSeveral) {
  add("eigen", 8, 1, 1e-6, 32);
  const auto rows = reports::json(sweep_table(study.results));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[2].at("batch"), 32);
  EXPECT_TRUE(rows[2].at("onednn").is_null());
  EXPECT_THAT(study_text(study), HasSubstr("B = 32: eigen with 1 thread is all that was timed at T = 8."));
}

TEST_F(StudyReport, TextEndsWithTheRecommendation) {
  const std::string text = study_text(study);
  EXPECT_THAT(text, HasSubstr("2 samples of 64 time steps"));
  EXPECT_THAT(text, HasSubstr("| eigen   | pass"));
  EXPECT_THAT(text, HasSubstr("Allocations per call: none."));
  EXPECT_THAT(text, HasSubstr("of 10000 calls each"));
  EXPECT_THAT(text, HasSubstr("\nLeft out: much.\n"));
  std::string sentence = text.substr(text.find("\nonednn with 2 threads is") + 1);
  std::replace(sentence.begin(), sentence.end(), '\n', ' ');
  EXPECT_EQ(
      sentence,
      "onednn with 2 threads is fastest from T = 8 on: 2x eigen with 1 thread; below that, eigen with 1 "
      "thread: 2x onednn with 2 threads. ");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST_F(StudyReport, NamesWhoAllocates) {
  study.results.measurements[1].allocations = 12;
  EXPECT_THAT(study_text(study), HasSubstr("Allocations per call: onednn up to 12."));
}

TEST_F(StudyReport, DocumentHasTheModelAndItsCheckFirst) {
  const reports::Document document = study_report(study);
  EXPECT_EQ(document.title, "lockstep: study of a.keras");
  const std::string text = reports::markdown(document);
  EXPECT_THAT(text, ContainsRegex("gru +\\| GRU +\\| \\(None, 16\\) +\\| +1584 "));
  ASSERT_FALSE(document.lead.empty());
  EXPECT_THAT(document.lead.front(), HasSubstr("onednn with 2 threads is fastest from T = 8 on"));
  EXPECT_THAT(text, HasSubstr("## Is it right on every backend"));
  EXPECT_THAT(text, HasSubstr("## Latency of one step"));
}

}  // namespace
}  // namespace lockstep
