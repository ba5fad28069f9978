#include "bench/ceilings/ceilings_json.h"

#include <exception>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bench/ceilings/ceilings_for_test.h"

namespace lockstep {
namespace {

using Json = nlohmann::ordered_json;

TEST(CeilingsJson, ReadsBackAllThatWasWritten) {
  const Ceilings ceilings = ceilings_for_test();
  const Ceilings back = ceilings_of(Json::parse(to_json(ceilings).dump()));
  EXPECT_EQ(back.isa, ceilings.isa);
  EXPECT_EQ(back.date, ceilings.date);
  EXPECT_EQ(back.threads, ceilings.threads);
  EXPECT_EQ(back.clock_hz, ceilings.clock_hz);
  EXPECT_EQ(back.flops_per_second.one, ceilings.flops_per_second.one);
  EXPECT_EQ(back.flops_per_second.all, ceilings.flops_per_second.all);
  ASSERT_EQ(back.memory.size(), ceilings.memory.size());
  for (std::size_t i = 0; i < back.memory.size(); ++i) {
    EXPECT_EQ(back.memory[i].name, ceilings.memory[i].name);
    EXPECT_EQ(back.memory[i].bytes.one, ceilings.memory[i].bytes.one);
    EXPECT_EQ(back.memory[i].bytes.all, ceilings.memory[i].bytes.all);
    EXPECT_EQ(back.memory[i].bytes_per_second.one, ceilings.memory[i].bytes_per_second.one);
    EXPECT_EQ(back.memory[i].bytes_per_second.all, ceilings.memory[i].bytes_per_second.all);
  }
  EXPECT_EQ(back.flag_round_trip, ceilings.flag_round_trip);
  EXPECT_EQ(back.openmp_region, ceilings.openmp_region);
  EXPECT_EQ(back.exp, ceilings.exp);
  EXPECT_EQ(back.tanh, ceilings.tanh);
  EXPECT_EQ(back.sigmoid, ceilings.sigmoid);
  EXPECT_EQ(to_json(back), to_json(ceilings));
}

TEST(CeilingsJson, RefusesFieldsThatAreMissingOrOfAnotherKind) {
  const Json whole = to_json(ceilings_for_test());
  for (const char* place :
       {"", "/flops_per_second", "/memory/0", "/memory/0/bytes", "/memory/3/bytes_per_second"})
    for (const auto& [key, value] : whole.at(Json::json_pointer(place)).items()) {
      for (const Json& other : {Json(nullptr), Json(Json::array({Json::object()})), Json(Json::object())}) {
        Json wrong = whole;
        wrong[Json::json_pointer(place)][key] = other;
        EXPECT_THROW(ceilings_of(wrong), std::exception) << place << '/' << key << ' ' << other;
      }
      Json wrong = whole;
      wrong[Json::json_pointer(place)].erase(key);
      EXPECT_THROW(ceilings_of(wrong), std::exception) << place << '/' << key;
    }
  EXPECT_THROW(ceilings_of(Json()), std::exception);
  EXPECT_THROW(ceilings_of(Json::array()), std::exception);
}

TEST(CeilingsJson, RefusesNumbersThatNoMachineHas) {
  const Json whole = to_json(ceilings_for_test());
  const auto with = [&](const char* place, double number) {
    Json other = whole;
    other[Json::json_pointer(place)] = number;
    return other;
  };
  for (const char* place : {"/clock_hz", "/flops_per_second/one", "/memory/0/bytes/one",
                            "/memory/3/bytes_per_second/all", "/exp_s", "/tanh_s", "/sigmoid_s", "/threads"})
    for (const double number : {-1.0, 0.0})
      EXPECT_THROW(ceilings_of(with(place, number)), std::exception) << place << ' ' << number;
  for (const char* place : {"/flag_round_trip_s", "/openmp_region_s"}) {
    EXPECT_THROW(ceilings_of(with(place, -1)), std::exception) << place;
    EXPECT_NO_THROW(ceilings_of(with(place, 0))) << place;  // not known
  }
}

}  // namespace
}  // namespace lockstep
