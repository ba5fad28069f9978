#include "reports/gnuplot.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/text.h"

extern char** environ;

namespace lockstep::reports {

namespace {

[[noreturn]] void fail(const std::string& reason) {
  throw std::runtime_error(fmt::format("charts need gnuplot: {}", reason));
}

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

/// A connected pair of sockets: one end for us, one for the child.
class Channel {
 public:
  Channel() {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()) != 0) fail(reason_of(errno));
  }
  ~Channel() {
    for (const int end : ends_)
      if (end >= 0) close(end);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int ours() const { return ends_[0]; }
  int theirs() const { return ends_[1]; }
  void close_theirs() { close(std::exchange(ends_[1], -1)); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

pid_t spawn(Channel& in_and_out, Channel& errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in_and_out.theirs(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, in_and_out.theirs(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.theirs(), STDERR_FILENO);
  std::array<std::string, 2> words{"gnuplot", "-d"};
  std::array<char*, 3> arguments{words[0].data(), words[1].data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) fail("it was not found; install gnuplot-nox");
  if (error != 0) fail(fmt::format("it does not start ({}); install gnuplot-nox", reason_of(error)));
  in_and_out.close_theirs();
  errors.close_theirs();
  return child;
}

/// Takes what has arrived. False at the end of the stream.
bool take(int from, std::string& into) {
  std::array<char, 16384> buffer;
  const ssize_t count = recv(from, buffer.data(), buffer.size(), 0);
  if (count > 0) into.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

/// Sends what the child has room for. False when all is sent, or nobody reads on.
bool give(int to, std::string_view& rest) {
  const ssize_t count = send(to, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  rest.remove_prefix(static_cast<std::size_t>(count));
  return !rest.empty();
}

/// The last line of gnuplot's complaint that says something.
std::string complaint(const std::string& text) {
  std::string clean = clean_text(text);
  clean.erase(clean.find_last_not_of(" \n\t") + 1);
  const std::string last = clean.substr(clean.rfind('\n') + 1);
  return last.substr(std::min(last.find_first_not_of(" \t"), last.size()));
}

}  // namespace

std::string run_gnuplot(const std::string& script) {
  Channel data, errors;
  const pid_t child = spawn(data, errors);
  std::string output, messages;
  std::string_view rest = script;
  std::array<pollfd, 2> watched{pollfd{data.ours(), POLLIN | POLLOUT, 0}, pollfd{errors.ours(), POLLIN, 0}};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) break;
    if (watched[0].revents & POLLOUT && !give(data.ours(), rest)) {
      shutdown(data.ours(), SHUT_WR);
      watched[0].events = POLLIN;
    }
    if (watched[0].revents & (POLLIN | POLLHUP) && !take(data.ours(), output)) watched[0].fd = -1;
    if (watched[1].revents & (POLLIN | POLLHUP) && !take(errors.ours(), messages)) watched[1].fd = -1;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  const std::string how = WIFEXITED(status) ? fmt::format("exit status {}", WEXITSTATUS(status))
                                            : fmt::format("signal {}", WTERMSIG(status));
  fail(fmt::format("it failed, {}: {}", how, complaint(messages)));
}

std::string gnuplot_quote(const std::string& text) {
  std::string quoted = "'";
  for (const char c : clean_text(text)) {
    if (c == '\n' || c == '\t')
      quoted += ' ';
    else
      quoted += c == '\'' ? "''" : std::string(1, c);
  }
  return quoted + '\'';
}

}  // namespace lockstep::reports
