#include "bench/gate/lab/private_folder.h"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

namespace lockstep::gate {

PrivateFolder::PrivateFolder() {
  const std::filesystem::path parent = std::filesystem::temp_directory_path();
  std::string name = (parent / "lockstep-gate-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error(fmt::format("cannot make a folder in {}", parent.string()));
  path_ = name;
}

PrivateFolder::~PrivateFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace lockstep::gate
