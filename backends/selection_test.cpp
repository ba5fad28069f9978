#include "backends/selection.h"

#include <stdexcept>

#include <gmock/gmock.h>

#include "backends/refusal_for_test.h"

namespace lockstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// A backend that has a name and nothing else.
class Named : public Backend {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  std::string version() const override { return "version of " + name_; }
  Support supports(const Problem&) const override { return Support::no("it computes nothing"); }
  std::unique_ptr<Layer> prepare(const Problem&, const Weights&) const override { return nullptr; }

 private:
  std::string name_;
};

const Named eigen("eigen"), naive("naive"), other_eigen("eigen");

Module loaded(const Named& backend, const std::string& file = "module.so") {
  return {std::string(backend.name()), file, &backend, {}};
}
Module failed(const std::string& name, const std::string& reason) {
  return {name, "lockstep_" + name + ".so", nullptr, reason};
}

const std::vector<Module> modules{loaded(eigen), loaded(naive), failed("onednn", "libdnnl.so.3: not there")};

TEST(SelectBackends, TakesAllThatLoadedWhereNoneIsNamed) {
  const Selection selection = select_backends(modules, {});
  EXPECT_THAT(selection.backends, ElementsAre(&eigen, &naive));
  ASSERT_EQ(selection.unavailable.size(), 1U);
  EXPECT_EQ(selection.unavailable[0].name, "onednn");
  EXPECT_EQ(selection.unavailable[0].reason, "libdnnl.so.3: not there");
}

TEST(SelectBackends, TakesThoseNamedInTheirOrder) {
  EXPECT_THAT(select_backends(modules, {"naive", "eigen"}).backends, ElementsAre(&naive, &eigen));
  EXPECT_THAT(select_backends(modules, {"naive"}).backends, ElementsAre(&naive));
}

TEST(SelectBackends, HasNaiveToFallBackToAskedForOrNot) {
  EXPECT_EQ(select_backends(modules, {}).fallback, &naive);
  EXPECT_EQ(select_backends(modules, {"eigen"}).fallback, &naive);
  EXPECT_EQ(select_backends({loaded(eigen)}, {}).fallback, nullptr);
}

TEST(SelectBackends, HasTheFallbackThatIsNamed) {
  EXPECT_EQ(select_backends(modules, {"naive"}, "eigen").fallback, &eigen);
  EXPECT_EQ(select_backends(modules, {}, "onednn").fallback, nullptr);  // it did not load
  EXPECT_EQ(refusal_of([] { select_backends(modules, {}, "nonsense"); }),
            "unknown backend \"nonsense\": accepted are eigen, naive, onednn");
}

TEST(SelectBackends, TakesOneThatIsNamedTwiceOnce) {
  EXPECT_THAT(select_backends(modules, {"naive", "eigen", "naive"}).backends, ElementsAre(&naive, &eigen));
}

TEST(SelectBackends, TakesNothingForAModuleThatDidNotLoad) {
  EXPECT_THAT(select_backends(modules, {"onednn"}).backends, IsEmpty());
}

std::string refusal(const std::vector<Module>& from, const std::string& wanted) {
  return refusal_of([&] { select_backends(from, {wanted}); });
}

TEST(SelectBackends, RefusesAnUnknownNameAndListsTheNames) {
  EXPECT_EQ(refusal(modules, "mkl"), "unknown backend \"mkl\": accepted are eigen, naive, onednn");
  EXPECT_EQ(refusal(modules, ""), "unknown backend \"\": accepted are eigen, naive, onednn");
  EXPECT_EQ(refusal({}, "mkl"), "unknown backend \"mkl\": accepted are none, as no module was found");
}

TEST(SelectBackends, ListsANameOnce) {
  EXPECT_EQ(refusal({loaded(eigen), loaded(other_eigen)}, "x"), "unknown backend \"x\": accepted are eigen");
}

TEST(SelectBackends, TakesTheFirstOfTwoThatLoadedWithOneName) {
  for (const auto& wanted : {std::vector<std::string>{}, {"eigen"}}) {
    const Selection selection = select_backends({loaded(eigen, "1.so"), loaded(other_eigen, "2.so")}, wanted);
    EXPECT_THAT(selection.backends, ElementsAre(&eigen));
    ASSERT_EQ(selection.unavailable.size(), 1U);
    EXPECT_EQ(selection.unavailable[0].path, "2.so");
    EXPECT_EQ(selection.unavailable[0].backend, nullptr);
    EXPECT_EQ(selection.unavailable[0].reason, "another module of the name eigen was loaded before it");
  }
}

TEST(SelectBackends, TakesTheOneThatLoadedWhereAnotherOfItsNameDidNot) {
  for (const auto& wanted : {std::vector<std::string>{}, {"eigen"}}) {
    const Selection selection = select_backends({failed("eigen", "too old"), loaded(eigen)}, wanted);
    EXPECT_THAT(selection.backends, ElementsAre(&eigen));
    ASSERT_EQ(selection.unavailable.size(), 1U);
    EXPECT_EQ(selection.unavailable[0].reason, "too old");
  }
}

TEST(MissingBackends, AreNoneWhereAllAreThere) {
  EXPECT_THAT(missing_backends(select_backends(modules, {}), {}), IsEmpty());
  EXPECT_THAT(missing_backends(select_backends(modules, {}), {"naive", "eigen"}), IsEmpty());
}

TEST(MissingBackends, ComeWithTheReasonOfTheirModule) {
  EXPECT_THAT(missing_backends(select_backends(modules, {}), {"eigen", "onednn"}),
              ElementsAre("required backend onednn is missing: libdnnl.so.3: not there"));
}

TEST(MissingBackends, AreThoseThatWereNotChosen) {
  EXPECT_THAT(missing_backends(select_backends(modules, {"eigen"}), {"naive", "mkl"}),
              ElementsAre("required backend naive is not among those chosen",
                          "required backend mkl is not among those chosen"));
}

TEST(Versions, NameEveryBackendAndSayWhyOneIsNotThere) {
  EXPECT_THAT(versions(select_backends(modules, {"naive"})),
              ElementsAre(Pair("naive", "version of naive"),
                          Pair("onednn", "not available: libdnnl.so.3: not there")));
}

}  // namespace
}  // namespace lockstep
