#include "bench/gate/lab/build_copy.h"

#include "bench/gate/lab/build_modules.h"

namespace lockstep::gate {

BuildCopy::BuildCopy(const std::filesystem::path& build) {
  std::filesystem::copy(modules_of(build), folder_.path() / "modules",
                        std::filesystem::copy_options::recursive);
}

}  // namespace lockstep::gate
