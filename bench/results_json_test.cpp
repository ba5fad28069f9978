#include "bench/results_json.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "bench/report.h"
#include "bench/results_for_test.h"
#include "reports/markdown.h"

namespace lockstep {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ResultsJson : public ::testing::Test {
 protected:
  ~ResultsJson() override { std::filesystem::remove(path); }
  Results read(const std::string& text) const {
    std::ofstream(path, std::ios::binary) << text;
    return read_results(path);
  }
  /// What the file is refused for; empty where it is not.
  std::string refusal(const std::string& text) const {
    try {
      read(text);
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), AllOf(StartsWith(path.string() + ": "), Not(HasSubstr("\n")),
                                      HasSubstr("accepted is a results.json of lockstep bench")));
      return error.what();
    }
    return {};
  }
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("lockstep_results_" + std::to_string(::getpid()) + ".json");
  const Results results = results_for_test();
};

TEST_F(ResultsJson, ReadsBackAllThatWasWritten) {
  Results written = results;
  written.measurements[0].config = "layers.json";
  written.measurements[1].of_several_inputs = true;
  written.measurements[2].shared = SharedModel{"onednn", "naive"};
  const Results back = read(to_json(written));
  EXPECT_EQ(back.command, written.command);
  EXPECT_EQ(back.machine, written.machine);
  EXPECT_EQ(back.backends, written.backends);
  ASSERT_EQ(back.measurements.size(), written.measurements.size());
  for (std::size_t i = 0; i < back.measurements.size(); ++i) {
    const Measurement &a = back.measurements[i], &b = written.measurements[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.labels.what, b.labels.what);
    EXPECT_EQ(a.labels.layer, b.labels.layer);
    EXPECT_EQ(a.labels.variant, b.labels.variant);
    EXPECT_EQ(a.labels.batch, b.labels.batch);
    EXPECT_EQ(a.labels.time_steps, b.labels.time_steps);
    EXPECT_EQ(a.labels.features, b.labels.features);
    EXPECT_EQ(a.labels.units, b.labels.units);
    EXPECT_EQ(a.labels.threads, b.labels.threads);
    EXPECT_EQ(a.labels.backend, b.labels.backend);
    EXPECT_EQ(a.method, b.method);
    EXPECT_EQ(a.verdict, b.verdict);
    EXPECT_EQ(a.reason, b.reason);
    EXPECT_EQ(a.share_of_tolerance, b.share_of_tolerance);
    EXPECT_EQ(a.steps_per_call, b.steps_per_call);
    EXPECT_EQ(a.flops_per_call, b.flops_per_call);
    EXPECT_EQ(a.config, b.config);
    EXPECT_EQ(a.of_several_inputs, b.of_several_inputs);
    ASSERT_EQ(a.shared.has_value(), b.shared.has_value());
    if (a.shared) {
      EXPECT_EQ(a.shared->backend, b.shared->backend);
      EXPECT_EQ(a.shared->fallback, b.shared->fallback);
    }
    EXPECT_EQ(a.iterations, b.iterations);
    EXPECT_EQ(a.allocations, b.allocations);
    EXPECT_EQ(a.seconds, b.seconds);
  }
  EXPECT_EQ(to_json(back), to_json(written));
  EXPECT_EQ(reports::markdown(report_of(back)), reports::markdown(report_of(written)));
}

TEST_F(ResultsJson, ReadsBackCeilingsAndRoofs) {
  const Results roofs = results_with_roofs_for_test();
  const std::string text = to_json(roofs);
  const Results back = read(text);
  ASSERT_TRUE(back.ceilings);
  EXPECT_EQ(back.ceilings->exp, roofs.ceilings->exp);
  for (std::size_t i = 0; i < back.measurements.size(); ++i) {
    const auto &a = back.measurements[i].roof, &b = roofs.measurements[i].roof;
    ASSERT_EQ(a.has_value(), b.has_value());
    if (!b) continue;
    EXPECT_EQ(a->seconds, b->seconds);
    EXPECT_EQ(a->bound_by, b->bound_by);
    EXPECT_EQ(a->flops_per_second, b->flops_per_second);
  }
  EXPECT_EQ(to_json(back), text);
  EXPECT_FALSE(read(to_json(results)).ceilings);  // as an older program wrote it
  const json first = json::parse(text).at("benchmarks").at(0);
  EXPECT_NEAR(first.at("share_of_roof").get<double>(), 0.5, 1e-12);
}

TEST_F(ResultsJson, RefusesCeilingsAndRoofsThatAreNone) {
  const json whole = json::parse(to_json(results_with_roofs_for_test()));
  const auto with = [&](const char* place, const json& value) {
    json file = whole;
    file["lockstep"][json::json_pointer(place)] = value;
    return refusal(file.dump());
  };
  for (const char* place :
       {"/ceilings", "/ceilings/exp_s", "/ceilings/memory", "/rows/0/roof", "/rows/0/roof/seconds_per_call",
        "/rows/0/roof/bound_by", "/rows/0/roof/peak_flops_per_second"})
    EXPECT_NE(with(place, nullptr), "") << place;
  for (const char* place : {"/rows/0/roof/seconds_per_call", "/rows/0/roof/peak_flops_per_second"})
    for (const double number : {0.0, -1.0}) EXPECT_NE(with(place, number), "") << place;
}

TEST_F(ResultsJson, OfNothingReadsBack) {
  EXPECT_TRUE(read(to_json({})).measurements.empty());
}

TEST_F(ResultsJson, IsWhatReadersOfGoogleBenchmarkExpect) {
  const json file = json::parse(to_json(results));
  EXPECT_TRUE(file.at("context").at("date").is_string());
  std::size_t repetitions = 0;
  for (const Measurement& row : results.measurements) repetitions += row.seconds.size();
  ASSERT_EQ(file.at("benchmarks").size(), repetitions);
  for (const json& one : file.at("benchmarks")) {
    EXPECT_TRUE(one.at("name").is_string());
    EXPECT_EQ(one.at("run_name"), one.at("name"));
    EXPECT_EQ(one.at("run_type"), "iteration");
    EXPECT_EQ(one.at("time_unit"), "ns");
    EXPECT_EQ(one.at("iterations"), 17);
    for (const char* number : {"real_time", "cpu_time", "repetitions", "repetition_index", "threads"})
      EXPECT_TRUE(one.at(number).is_number()) << number;
  }
  const json& second = file.at("benchmarks").at(1);
  EXPECT_EQ(second.at("name"), results.measurements[0].name);
  EXPECT_EQ(second.at("repetition_index"), 1);
  EXPECT_EQ(second.at("repetitions"), 3);
  EXPECT_DOUBLE_EQ(second.at("real_time").get<double>(), results.measurements[0].seconds[1] * 1e9);
}

TEST_F(ResultsJson, HoldsNoNumberThatIsNotFinite) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Results odd = results;
  odd.measurements[0].share_of_tolerance = infinity;
  odd.measurements[1].share_of_tolerance = std::nan("");
  odd.measurements[1].verdict = "fail";
  odd.measurements[1].seconds.clear();
  const std::string text = to_json(odd);
  EXPECT_TRUE(json::accept(text));
  EXPECT_THAT(text, AllOf(Not(HasSubstr("inf")), Not(HasSubstr(": nan")), Not(HasSubstr("NaN"))));
  EXPECT_NO_THROW(read(text));
}

TEST_F(ResultsJson, WritesTextThatIsNoUtf8) {
  Results odd = results;
  odd.command = "lockstep bench caf\xe9";
  odd.measurements[0].reason = "\xff\xfe";
  EXPECT_THAT(read(to_json(odd)).command, StartsWith("lockstep bench caf"));
}

TEST_F(ResultsJson, RefusesEveryTruncation) {
  const std::string whole = to_json(results);
  for (std::size_t size = 0; size + 2 < whole.size(); size += 97)
    ASSERT_NE(refusal(whole.substr(0, size)), "") << size << " bytes";
  EXPECT_EQ(refusal(whole), "");
}

TEST_F(ResultsJson, RefusesWhatIsNone) {
  for (const char* text :
       {"", "{}", "[]", "null", "12", "\"lockstep\"", "{\"lockstep\": 1}", "{\"lockstep\": {}}",
        "{\"lockstep\": {\"schema\": 1}}", "\xff\xfe", "{\"benchmarks\": []}"})
    EXPECT_NE(refusal(text), "") << text;
  EXPECT_NE(refusal(std::string(100'000, '[')), "");
  EXPECT_NE(refusal(std::string(1000, '\0')), "");
  EXPECT_THROW(read_results("/no/such/results.json"), std::invalid_argument);
  EXPECT_THROW(read_results("/tmp"), std::invalid_argument);
}

TEST_F(ResultsJson, RefusesAnotherSchema) {
  json file = json::parse(to_json(results));
  file["lockstep"]["schema"] = 99;
  EXPECT_THAT(refusal(file.dump()), HasSubstr("schema 99, accepted is 1"));
  file["lockstep"]["schema"] = "one";
  EXPECT_NE(refusal(file.dump()), "");
}

TEST_F(ResultsJson, RefusesFieldsThatAreMissingOrOfAnotherKind) {
  const json whole = json::parse(to_json(results));
  const json& row = whole.at("lockstep").at("rows").at(0);
  for (const auto& place : {json::json_pointer(""), json::json_pointer("/labels")})
    for (const auto& [key, value] : row.at(place).items()) {
      json file = whole;
      json& there = file["lockstep"]["rows"][0].at(place);
      if (key != "share_of_tolerance") {  // null: it was not finite
        there[key] = nullptr;
        EXPECT_NE(refusal(file.dump()), "") << key << " null";
      }
      there[key] = json::array({json::object()});
      if (key != "share_of_tolerance") {
        EXPECT_NE(refusal(file.dump()), "") << key << " a list";
      }
      there.erase(key);
      EXPECT_NE(refusal(file.dump()), "") << key << " missing";
    }
}

Results with_latency(Results results) {
  results.measurements[0].latency = Latency{1000, 1e-6, 2e-6, 3e-6, 4e-6, 5e-6, 6e-6, 2e-8};
  return results;
}

TEST_F(ResultsJson, ReadsBackLatencies) {
  const Results back = read(to_json(with_latency(results)));
  ASSERT_TRUE(back.measurements[0].latency);
  const Latency& latency = *back.measurements[0].latency;
  EXPECT_EQ(latency.calls, 1000);
  EXPECT_EQ(std::vector({latency.p50, latency.p99, latency.p99_9, latency.highest}),
            (std::vector{1e-6, 2e-6, 3e-6, 4e-6}));
  EXPECT_EQ(std::vector({latency.first_call, latency.prepare, latency.clock}),
            (std::vector{5e-6, 6e-6, 2e-8}));
  EXPECT_FALSE(back.measurements[1].latency);
  EXPECT_EQ(to_json(back), to_json(with_latency(results)));
}

TEST_F(ResultsJson, RefusesLatenciesThatAreNone) {
  const json whole = json::parse(to_json(with_latency(results)));
  for (const char* key : {"calls", "p50_seconds", "p99_seconds", "p99_9_seconds", "max_seconds",
                          "first_call_seconds", "prepare_seconds", "clock_seconds"})
    for (const json& value : {json(-1), json("a"), json(nullptr)}) {
      json file = whole;
      file["lockstep"]["rows"][0]["latency"].at(key) = value;
      EXPECT_NE(refusal(file.dump()), "") << key << ": " << value;
    }
}

TEST_F(ResultsJson, ReadsBackLibraryCalls) {
  Results counted = results;
  counted.measurements[0].library_calls = LibraryCalls{65, 1, 2};
  const Results back = read(to_json(counted));
  ASSERT_TRUE(back.measurements[0].library_calls);
  EXPECT_EQ(back.measurements[0].library_calls->calls, 65);
  EXPECT_EQ(back.measurements[0].library_calls->reorders, 1);
  EXPECT_EQ(back.measurements[0].library_calls->reorders_to_prepare, 2);
  EXPECT_FALSE(back.measurements[1].library_calls);
  const json whole = json::parse(to_json(counted));
  for (const char* key : {"calls", "reorders", "reorders_to_prepare"})
    for (const json& value : {json(-1), json(0.5), json("a")}) {
      json file = whole;
      file["lockstep"]["rows"][0]["library_calls"].at(key) = value;
      EXPECT_NE(refusal(file.dump()), "") << key << ": " << value;
    }
}

TEST_F(ResultsJson, SaysWhatIsFastest) {
  const json whole = json::parse(to_json(results));
  const json& first = whole.at("lockstep").at("recommendations").at(0);
  EXPECT_EQ(first.at("for"), "lstm, B 2, F 5, U 7");
  EXPECT_EQ(first.at("text"), "eigen with 1 thread is fastest from T = 1 to 64: 3.2x naive at T = 64.");
}

TEST_F(ResultsJson, RecommendsNoRawCalls) {
  Results with_raw = results;
  for (const std::string steps : {"1", "8", "64"})
    with_raw.measurements.push_back(
        row_for_test("lstm/B:2/T:" + steps + "/F:5/U:7/seq:1", "eigen-raw", {1e-9}));
  const auto recommended = [](const Results& all) {
    return json::parse(to_json(all)).at("lockstep").at("recommendations");
  };
  EXPECT_EQ(recommended(with_raw), recommended(results));
}

TEST_F(ResultsJson, RefusesNumbersThatNoRunGives) {
  const json whole = json::parse(to_json(results));
  const auto with = [&](const char* place, const json& value) {
    json file = whole;
    file["lockstep"]["rows"][0].at(json::json_pointer(place)) = value;
    return refusal(file.dump());
  };
  for (const double seconds : {0.0, -1.0})
    EXPECT_THAT(with("/seconds_per_call/1", seconds), HasSubstr("over 0"));
  EXPECT_NE(with("/steps_per_call", -1), "");
  for (const json& value : {json(0), json(-1)}) EXPECT_NE(with("/labels/threads", value), "") << value;
  EXPECT_THAT(with("/verdict", "fail"), HasSubstr("has times though its verdict is fail"));
  EXPECT_THAT(with("/verdict", "certainly"),
              HasSubstr("accepted are pass, fail, skip, untrusted, ill-conditioned"));
  for (const char* place : {"/labels/batch", "/labels/time_steps", "/labels/features", "/labels/units",
                            "/flops_per_call", "/iterations", "/allocations_per_call"})
    EXPECT_NE(with(place, -1), "") << place;
  EXPECT_NE(with("/labels/time_steps", 1e300), "");
  EXPECT_NE(with("/labels/threads", 1e12), "");
  std::string text = whole.dump();
  const auto at = text.find("\"seconds_per_call\":[") + 20;
  text.insert(at, "1e999,");
  EXPECT_NE(refusal(text), "");
}

}  // namespace
}  // namespace lockstep
