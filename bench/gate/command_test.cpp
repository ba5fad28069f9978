#include "bench/gate/command.h"

#include <gtest/gtest.h>

namespace lockstep::gate {
namespace {

CommandRequest asked() {
  CommandRequest request;
  request.base = "builds/base";
  request.cases.seed = 7;
  return request;
}

TEST(GateRequest, HasWhatTheCommandWasGiven) {
  const Request wanted = gate_request_of(asked(), {});
  EXPECT_EQ(wanted.base, "builds/base");
  EXPECT_EQ(wanted.seed, 7U);
  EXPECT_FALSE(wanted.strict);
  EXPECT_TRUE(wanted.move_code);
}

TEST(GateRequest, IsStrictWithAManifest) {
  CommandRequest request = asked();
  request.manifest = "names.txt";
  EXPECT_TRUE(gate_request_of(request, {}).strict);
}

TEST(GateRequest, LeavesTheCodeWhereItIsInASelfTest) {
  CommandRequest request = asked();
  request.self_test = true;
  EXPECT_FALSE(gate_request_of(request, {}).move_code);
}

}  // namespace
}  // namespace lockstep::gate
