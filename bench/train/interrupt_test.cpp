#include "bench/train/interrupt.h"

#include <csignal>

#include <gtest/gtest.h>

namespace lockstep {
namespace {

class Interrupt : public testing::Test {
 protected:
  Interrupt() : before_(std::signal(SIGINT, SIG_DFL)) {}
  ~Interrupt() override { std::signal(SIGINT, before_); }

 private:
  void (*before_)(int);
};

TEST_F(Interrupt, IsARequestOnce) {
  {
    const InterruptRequests requests;
    EXPECT_FALSE(InterruptRequests::there_was_one());
    std::raise(SIGINT);
    EXPECT_TRUE(InterruptRequests::there_was_one());
    EXPECT_EQ(std::signal(SIGINT, SIG_DFL), SIG_DFL);  // the second ends the program
  }
  const InterruptRequests others;
  EXPECT_FALSE(InterruptRequests::there_was_one());
}

TEST_F(Interrupt, IsIgnoredWhereItWas) {
  std::signal(SIGINT, SIG_IGN);
  {
    const InterruptRequests requests;
    std::raise(SIGINT);
    EXPECT_FALSE(InterruptRequests::there_was_one());
  }
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), SIG_IGN);
}

}  // namespace
}  // namespace lockstep
