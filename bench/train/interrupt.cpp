#include "bench/train/interrupt.h"

#include <csignal>

namespace lockstep {
namespace {

volatile std::sig_atomic_t requested = 0;
struct sigaction before {};

void request(int /*signal*/) {
  requested = 1;
}

}  // namespace

InterruptRequests::InterruptRequests() {
  requested = 0;
  sigaction(SIGINT, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = request;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
}

InterruptRequests::~InterruptRequests() {
  sigaction(SIGINT, &before, nullptr);
}

bool InterruptRequests::there_was_one() {
  return requested != 0;
}

}  // namespace lockstep
