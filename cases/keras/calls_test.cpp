#include "cases/keras/calls.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "backends/refusal_for_test.h"

namespace lockstep::keras {
namespace {

using ::testing::HasSubstr;

Json called_json(const char* class_name, const char* name, std::size_t calls) {
  return {{"class_name", class_name},
          {"config", {{"name", name}}},
          {"inbound_nodes", Json(calls, Json::object())}};
}
Json chain_json(const char* name, const char* first_class) {
  Json chain = called_json("Sequential", name, 2);
  chain["config"]["layers"] = Json::array({called_json(first_class, "first", 1)});
  return chain;
}
Calls calls_for_test(int keras_major) {
  return {Json::array({called_json("Dense", "dense", 2), called_json("Functional", "graph", 2),
                       chain_json("chain", "InputLayer"), chain_json("chain_without_input", "LSTM"),
                       called_json("Sequential", "chain_of_none", 2), called_json("Functional", "once", 1)}),
          keras_major};
}
TensorRead read_for_test(const char* layer, std::size_t node, bool is_reference) {
  TensorRead read;
  read.layer = layer;
  read.node = node;
  read.is_reference = is_reference;
  return read;
}

TEST(Calls, AreCountedAsTheFileDoes) {
  for (const int keras_major : {2, 3}) {
    const Calls calls = calls_for_test(keras_major);
    const std::size_t of_chain = keras_major == 2 ? 1 : 0;
    for (const std::size_t call : {0U, 1U}) {
      EXPECT_EQ(calls.index_of(read_for_test("dense", call, true)), call);
      EXPECT_EQ(calls.index_of(read_for_test("graph", call + 1, true)), call);
      EXPECT_EQ(calls.index_of(read_for_test("chain", call + of_chain, true)), call);
      for (const char* chain : {"chain_without_input", "chain_of_none"})
        EXPECT_EQ(calls.index_of(read_for_test(chain, call, true)), call);
    }
  }
  const Calls calls = calls_for_test(3);
  for (const char* layer : {"dense", "graph", "chain"})
    EXPECT_EQ(calls.index_of(read_for_test(layer, 1, false)), 1U);
}

TEST(Calls, AreNotMoreThanThereAre) {
  const Calls calls = calls_for_test(3);
  const auto refusal_of_read = [&](const char* layer, std::size_t node, bool is_reference) {
    return refusal_of([&] { calls.index_of(read_for_test(layer, node, is_reference)); });
  };
  EXPECT_EQ(refusal_of_read("dense", 2, true), "layer \"dense\": its call 2 is read: accepted are 0 to 1");
  EXPECT_THAT(refusal_of_read("graph", 0, true), HasSubstr("its call 0 is read: accepted are 1 to 2"));
  EXPECT_THAT(refusal_of_read("graph", 2, false), HasSubstr("its call 2 is read: accepted are 0 to 1"));
}

TEST(Calls, AreOneOfALayerThatIsCalledOnce) {
  for (const std::size_t node : {0U, 1U})
    EXPECT_EQ(calls_for_test(3).index_of(read_for_test("once", node, true)), 0U);
  EXPECT_EQ(calls_for_test(3).index_of(read_for_test("of_no_layer", 5, true)), 0U);
}

TEST(Calls, HaveNamesOfTheirOwn) {
  EXPECT_EQ(call_name("dense", 0), "dense");
  EXPECT_EQ(call_name("outer/dense", 1), "outer/dense/call_2");
}

}  // namespace
}  // namespace lockstep::keras
