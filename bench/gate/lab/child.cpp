#include "bench/gate/lab/child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lockstep::gate {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// This process's environment with some settings changed.
std::vector<std::string> environment_with(const std::vector<std::string>& settings) {
  std::vector<std::string> all = settings;
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string_view text = *one;
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool is_set = false;
    for (const std::string& setting : settings) is_set = is_set || setting.starts_with(name);
    if (!is_set) all.emplace_back(text);
  }
  return all;
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// The end of what a file has, without its line feeds.
std::string last_line(std::FILE* file) {
  constexpr long most = 2000;
  std::fseek(file, 0, SEEK_END);
  std::fseek(file, -std::min(most, std::ftell(file)), SEEK_END);
  std::string text(most, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// Whether it ends in time. Throws std::system_error where the system cannot watch it.
bool ends_in(pid_t child, std::chrono::milliseconds timeout) {
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "cannot watch a process");
  pollfd ends{descriptor, POLLIN, 0};
  const auto until = std::chrono::steady_clock::now() + timeout;
  int ready = -1;
  do {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    ready = ::poll(&ends, 1, std::max(0, static_cast<int>(left.count())));
  } while (ready < 0 && errno == EINTR);
  ::close(descriptor);
  return ready > 0;
}

/// Kills what still runs, and returns how it ended.
int reap(pid_t child) {
  ::kill(child, SIGKILL);  // none that has ended: until it is waited for, its number is no other's
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string what_happened(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) return fmt::format("exit status {}", WEXITSTATUS(status));
  return {};
}

}  // namespace

std::string run_child(const ChildCommand& command, std::chrono::milliseconds timeout) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = environment_with(command.environment);
  const std::unique_ptr<std::FILE, Close> errors(std::tmpfile());
  if (errors == nullptr) return "no temporary file for what it says";

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, ::fileno(errors.get()), STDERR_FILENO);
  pid_t child = 0;
  const int failure = ::posix_spawn(&child, arguments.front().c_str(), &actions, nullptr,
                                    pointers(arguments).data(), pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return fmt::format("cannot be started: {}", std::strerror(failure));

  bool ended = false;
  try {
    ended = ends_in(child, timeout);
  } catch (const std::system_error&) {
    reap(child);
    throw;
  }
  const int status = reap(child);
  std::string what = ended ? what_happened(status)
                           : fmt::format("not done after {:g} s, so it was killed",
                                         std::chrono::duration<double>(timeout).count());
  if (what.empty()) return {};
  if (const std::string said = last_line(errors.get()); !said.empty()) what += fmt::format(": {}", said);
  return what;
}

}  // namespace lockstep::gate
