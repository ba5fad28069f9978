#include "cases/keras/hdf5_content.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases/keras/limits.h"

namespace lockstep::keras {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Pipe = std::unique_ptr<std::FILE, Close>;

void send(std::FILE* to, std::uint64_t number) {
  std::fwrite(&number, sizeof number, 1, to);
}
void send(std::FILE* to, const std::string& text) {
  send(to, text.size());
  if (!text.empty()) std::fwrite(text.data(), 1, text.size(), to);
}
template <class T>
void send(std::FILE* to, const std::vector<T>& values) {
  send(to, values.size());
  if (!values.empty()) std::fwrite(values.data(), sizeof(T), values.size(), to);
}

/// There is no more, or what there is makes no sense: the other process has failed.
struct Failed {};

std::uint64_t receive_number(std::FILE* from, std::uint64_t most) {
  std::uint64_t number = 0;
  if (std::fread(&number, sizeof number, 1, from) != 1 || number > most) throw Failed();
  return number;
}
template <class Sequence>
Sequence receive(std::FILE* from, std::uint64_t most) {
  Sequence values(receive_number(from, most), typename Sequence::value_type{});
  if (!values.empty() && std::fread(values.data(), sizeof values[0], values.size(), from) != values.size())
    throw Failed();
  return values;
}
std::string receive_text(std::FILE* from) {
  return receive<std::string>(from, 8 * mebibyte);
}

/// At most `seconds` of computing, and memory for what a file of this size can hold.
void limit_this_process(std::uint64_t file_size) {
  const std::uint64_t seconds = 1 + file_size / (100 * mebibyte);
  const rlimit time{seconds, seconds + 1}, none{0, 0};  // from the first on, a signal that tells of itself
  setrlimit(RLIMIT_CPU, &time);
  setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which need the whole address space
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const std::uint64_t bytes =
      pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) + 256 * mebibyte + 6 * file_size;
  const rlimit memory{bytes, bytes};
  setrlimit(RLIMIT_AS, &memory);
#endif
  if (const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) dup2(nowhere, STDERR_FILENO);
}

void send_tensor(std::FILE* to, Hdf5Image& image, const std::string& path, bool is_wanted) {
  Hdf5Content::Tensor tensor;
  try {
    tensor.dims = image.dims_of(path);
    if (is_wanted) tensor.stored = image.read(path);
  } catch (const std::invalid_argument& error) {
    tensor.refusal = error.what();
  }
  send(to, path);
  send(to, tensor.dims);
  send(to, tensor.refusal);
  send(to, tensor.stored.dtype);
  send(to, tensor.stored.values);
}

/// First a refusal of all of it, or an empty text.
void send_content(std::FILE* to, std::string bytes, bool (*is_wanted)(const std::string&)) {
  try {
    Hdf5Image image(std::move(bytes));
    send(to, std::string());
    send(to, image.text_attribute("model_config"));
    send(to, image.text_attribute("keras_version"));
    send(to, image.groups().size());
    for (const std::string& group : image.groups()) send(to, group);
    send(to, image.tensors().size());
    for (const std::string& path : image.tensors()) send_tensor(to, image, path, is_wanted(path));
  } catch (const std::invalid_argument& error) {
    send(to, std::string(error.what()));
  }
}

Hdf5Content receive_content(std::FILE* from, std::uint64_t file_size) {
  constexpr std::uint64_t most_objects = 1'000'000, most_dims = 64;
  if (const std::string refusal = receive_text(from); !refusal.empty()) throw std::invalid_argument(refusal);
  Hdf5Content content;
  content.model_config = receive_text(from);
  content.keras_version = receive_text(from);
  for (std::uint64_t i = receive_number(from, most_objects); i > 0; --i)
    content.groups.insert(receive_text(from));
  std::uint64_t budget = largest_values(file_size) / sizeof(float);
  for (std::uint64_t i = receive_number(from, most_objects); i > 0; --i) {
    Hdf5Content::Tensor& tensor = content.tensors[receive_text(from)];
    tensor.dims = receive<std::vector<std::int64_t>>(from, most_dims);
    tensor.refusal = receive_text(from);
    tensor.stored.dtype = receive_text(from);
    tensor.stored.values = receive<std::vector<float>>(from, budget);
    budget -= tensor.stored.values.size();
  }
  return content;
}

}  // namespace

Hdf5Content read_hdf5(std::string bytes, bool (*is_wanted)(const std::string&)) {
  const std::uint64_t file_size = bytes.size();
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("a pipe to read a file through cannot be made");
  const pid_t reader = fork();
  if (reader == 0) {
    close(ends[0]);
    limit_this_process(file_size);
    std::FILE* to = fdopen(ends[1], "wb");
    if (to == nullptr) _exit(1);
    try {
      send_content(to, std::move(bytes), is_wanted);
    } catch (...) {
      _exit(1);
    }
    std::fclose(to);
    _exit(0);
  }
  close(ends[1]);
  const Pipe from(fdopen(ends[0], "rb"));
  const auto finish = [&] {
    int status = 0;
    if (reader > 0) waitpid(reader, &status, 0);
    return status;
  };
  if (reader < 0 || from == nullptr)
    throw std::runtime_error("a process to read a file in cannot be started");
  try {
    Hdf5Content content = receive_content(from.get(), file_size);
    finish();
    return content;
  } catch (const Failed&) {
    kill(reader, SIGKILL);
    const int status = finish();
    throw std::invalid_argument(fmt::format(
        "is damaged: the HDF5 library {}: accepted is what Keras writes",
        WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU ? "comes to no end with it" : "fails on it"));
  } catch (...) {
    kill(reader, SIGKILL);
    finish();
    throw;
  }
}

}  // namespace lockstep::keras
