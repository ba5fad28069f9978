#include "bench/gate/result_json.h"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "bench/gate/report.h"
#include "bench/gate/result_for_test.h"
#include "reports/csv.h"
#include "reports/markdown.h"

namespace lockstep::gate {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class GateJson : public ::testing::Test {
 protected:
  ~GateJson() override { std::filesystem::remove(path); }
  const std::filesystem::path& write(const std::string& text) const {
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  Result read(const std::string& text) const { return read_gate_result(write(text)); }
  /// What the file is refused for; empty where it is not.
  std::string refusal(const std::string& text) const {
    try {
      read(text);
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), AllOf(StartsWith(path.string() + ": "), Not(HasSubstr("\n")),
                                      EndsWith(": accepted is a gate.json of lockstep gate")));
      return error.what();
    }
    return {};
  }
  std::string refusal_with(const char* place, const json& value) const {
    json file = whole;
    file.at(json::json_pointer(place)) = value;
    return refusal(file.dump());
  }
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("lockstep_gate_" + std::to_string(::getpid()) + ".json");
  const Result result = result_for_test();
  const json whole = json::parse(to_json(result));
};

TEST_F(GateJson, ReadsBackAllThatWasWritten) {
  const Result back = read(to_json(result));
  EXPECT_EQ(to_json(back), to_json(result));
  EXPECT_EQ(back.base, result.base);
  EXPECT_EQ(back.head, result.head);
  EXPECT_EQ(back.command, result.command);
  EXPECT_EQ(back.facts, result.facts);
  EXPECT_EQ(back.complaints, result.complaints);
  EXPECT_EQ(back.doubts, result.doubts);
  EXPECT_EQ(back.seconds, result.seconds);
  EXPECT_EQ(back.code, result.code);
  EXPECT_EQ(back.controls.size(), result.controls.size());
  ASSERT_EQ(back.rows.size(), result.rows.size());
  for (std::size_t i = 0; i < back.rows.size(); ++i) {
    const Row &a = back.rows[i], &b = result.rows[i];
    EXPECT_EQ(a.benchmark, b.benchmark);
    EXPECT_EQ(a.backend, b.backend);
    EXPECT_EQ(a.state, b.state);
    EXPECT_EQ(a.reason, b.reason);
    EXPECT_EQ(a.ratio, b.ratio);
    EXPECT_EQ(a.low, b.low);
    EXPECT_EQ(a.high, b.high);
    EXPECT_EQ(a.p, b.p);
    EXPECT_EQ(a.detectable, b.detectable);
    EXPECT_EQ(a.processes, b.processes);
    EXPECT_EQ(a.rounds, b.rounds);
    EXPECT_EQ(a.confirmed, b.confirmed);
    EXPECT_EQ(a.alternating, b.alternating);
    EXPECT_EQ(a.base_seconds, b.base_seconds);
    EXPECT_EQ(a.layouts, b.layouts);
    EXPECT_EQ(a.base, b.base);
    EXPECT_EQ(a.head, b.head);
  }
  EXPECT_EQ(reports::markdown(gate_report(back)), reports::markdown(gate_report(result)));
  EXPECT_EQ(reports::csv(gate_report(back).records), reports::csv(gate_report(result).records));
}

TEST_F(GateJson, ReadsBackThePlan) {
  Result other;
  other.plan = {4, 12, 0.003, 0.011, 0.02, 0.07, 0.25, 8, 5e-3, 2};
  const Plan back = read(to_json(other)).plan, &plan = other.plan;
  EXPECT_EQ(back.screen, plan.screen);
  EXPECT_EQ(back.confirm, plan.confirm);
  EXPECT_EQ(back.screen_above, plan.screen_above);
  EXPECT_EQ(back.margin, plan.margin);
  EXPECT_EQ(back.level, plan.level);
  EXPECT_EQ(back.detect, plan.detect);
  EXPECT_EQ(back.control_share, plan.control_share);
  EXPECT_EQ(back.rounds, plan.rounds);
  EXPECT_EQ(back.batch_seconds, plan.batch_seconds);
  EXPECT_EQ(back.layouts_needed, plan.layouts_needed);
}

TEST_F(GateJson, HoldsTheRoundsInSixDigits) {
  const Result back = read(to_json(result));
  ASSERT_EQ(back.samples.size(), 3U);
  EXPECT_EQ(back.samples[0].base, (std::vector{0.00100012, 0.0010001}));
  EXPECT_EQ(back.samples[0].head, result.samples[0].head);
  EXPECT_EQ(back.samples[1].pair, Pair::control);
  EXPECT_EQ(back.samples[2].pair, Pair::layout);
  EXPECT_EQ(back.samples[2].layout, 2);
  EXPECT_EQ(back.samples[2].calls, 3);
  EXPECT_EQ(back.samples[2].benchmark, result.samples[2].benchmark);
  EXPECT_THAT(to_json(result),
              AllOf(HasSubstr("[0.00100012,0.0010001]"), HasSubstr("\"schema\": \"lockstep-gate/1\"")));
}

TEST_F(GateJson, HoldsNoNumberThatIsNotFinite) {
  Result odd = result;
  odd.rows[0].ratio = std::nan("");
  odd.rows[1].high = odd.rows[2].detectable = odd.seconds = std::numeric_limits<double>::infinity();
  odd.samples[0].base[0] = std::nan("");
  const std::string text = to_json(odd);
  EXPECT_TRUE(json::accept(text));
  EXPECT_THAT(text, AllOf(Not(HasSubstr(":inf")), Not(HasSubstr(":nan")), Not(HasSubstr("NaN"))));
  EXPECT_NE(refusal(text), "");
}

TEST_F(GateJson, RefusesEveryTruncation) {
  const std::string text = to_json(result);
  for (std::size_t size = 0; size + 2 < text.size(); size += 97)
    ASSERT_NE(refusal(text.substr(0, size)), "") << size << " bytes";
  EXPECT_EQ(refusal(text), "");
}

TEST_F(GateJson, RefusesWhatIsNone) {
  for (const char* text :
       {"", "{}", "[]", "null", "12", "\"lockstep-gate/1\"", "{\"schema\": 1}", "\xff\xfe",
        "{\"schema\": \"lockstep-gate/1\"}", "{\"schema\": \"lockstep-gate/1\", \"rows\": NaN}"})
    EXPECT_NE(refusal(text), "") << text;
  EXPECT_NE(refusal(std::string(100'000, '[')), "");
  EXPECT_THROW(read_gate_result("/no/such/gate.json"), std::invalid_argument);
  EXPECT_THROW(read_gate_result("/tmp"), std::invalid_argument);
}

TEST_F(GateJson, RefusesAnotherSchema) {
  EXPECT_THAT(refusal_with("/schema", "lockstep-gate/2"), HasSubstr("accepted is lockstep-gate/1"));
  EXPECT_NE(refusal_with("/schema", 1), "");
}

TEST_F(GateJson, RefusesFieldsThatAreMissingOrOfAnotherKind) {
  for (const char* place : {"", "/plan", "/rows/2", "/rows/2/base", "/controls/0/head", "/samples/0"})
    for (const auto& [key, value] : whole.at(json::json_pointer(place)).items()) {
      if (key == "verdict" && *place == '\0') continue;  // told again from the rest
      for (const json& other : {json(nullptr), json(json::array({json::array()})), json()}) {
        if (key == "detectable" && other.is_null()) continue;
        json file = whole;
        file.at(json::json_pointer(place))[key] = other;
        EXPECT_NE(refusal(file.dump()), "") << place << "/" << key << " as " << other;
      }
      json file = whole;
      file.at(json::json_pointer(place)).erase(key);
      EXPECT_THAT(refusal(file.dump()), HasSubstr("no " + key)) << place;
    }
}

TEST_F(GateJson, RefusesNumbersThatNoGateGives) {
  EXPECT_THAT(refusal_with("/rows/2/ratio", 0), HasSubstr("accepted is a number over 0"));
  EXPECT_THAT(refusal_with("/rows/2/ratio", 2), HasSubstr("accepted is one from low to high"));
  EXPECT_THAT(refusal_with("/rows/2/ratio", 2),
              HasSubstr("rows, entry 3, \"lstm/B:1/T:8/F:3/U:4/backend:eigen\""));
  EXPECT_THAT(refusal_with("/rows/2/p", 1.5), HasSubstr("accepted is a number from 0 to 1"));
  EXPECT_THAT(refusal_with("/rows/2/state", "fine"),
              HasSubstr("accepted is pass, improvement, acknowledged"));
  EXPECT_THAT(refusal_with("/rows/2/processes", -1), HasSubstr("whole number from 0"));
  EXPECT_THAT(refusal_with("/rows/2/processes", 1e12), HasSubstr("whole number from 0"));
  EXPECT_THAT(refusal_with("/rows/2/base/digest", "xyz"), HasSubstr("16 hexadecimal digits"));
  EXPECT_THAT(refusal_with("/rows/2/base/digest", "000000000000000x"), HasSubstr("16 hexadecimal digits"));
  EXPECT_THAT(refusal_with("/rows/2/layouts/0", -1), HasSubstr("over 0"));
  EXPECT_THAT(refusal_with("/samples/0/pair", "both"), HasSubstr("accepted is head, control, layout"));
  EXPECT_THAT(refusal_with("/samples/0/base/0", 0), HasSubstr("over 0"));
  EXPECT_THAT(refusal_with("/samples/0/base", json::array({1.0})),
              HasSubstr("1 rounds of the base and 2 of the head"));
  EXPECT_THAT(refusal_with("/code", 3), HasSubstr("accepted is 0, 1, 2 or 4"));
  EXPECT_THAT(refusal_with("/facts/cpu", 3), HasSubstr("a text"));
  std::string text = whole.dump();
  text.replace(text.find("0.00107,"), 7, "1e999");
  EXPECT_NE(refusal(text), "");
}

TEST_F(GateJson, IsToldFromOtherFiles) {
  const std::string text = to_json(result);
  EXPECT_TRUE(is_gate_result(write(text)));
  EXPECT_TRUE(is_gate_result(write(text.substr(0, text.size() / 2))));
  EXPECT_TRUE(is_gate_result(write(json::parse(text).dump())));  // keys sorted, the schema after the rows
  EXPECT_TRUE(is_gate_result(write("{\"schema\": \"lockstep-gate/2\"}")));
  for (const char* other : {"", "[]", "{\"schema\": 1}", "{\"lockstep\": {\"schema\": \"lockstep-gate/1\"}}",
                            "{\"name\": \"lockstep-gate/1\"}", "[\"schema\", \"lockstep-gate/1\"]"})
    EXPECT_FALSE(is_gate_result(write(other))) << other;
  EXPECT_FALSE(is_gate_result("/no/such/gate.json"));
  EXPECT_FALSE(is_gate_result("/tmp"));
}

}  // namespace
}  // namespace lockstep::gate
