#include "verify/open_model.h"

#include <cstdio>

#include <fmt/format.h>

namespace lockstep {
namespace {

void tell(const Seed& model) {
  for (const std::string& notice : model.notices)
    fmt::print(stderr, "lockstep: {}: note: {}\n", model.name, notice);
}

}  // namespace

Seed open_model(const std::string& name, std::uint64_t seed, const std::filesystem::path& config) {
  Seed model = find_model(name, seed, config);
  tell(model);
  return model;
}

std::vector<Seed> open_models(const CaseRequest& request) {
  std::vector<Seed> models = find_models(request);
  const std::string* told = nullptr;  // of a file in several sizes, once
  for (const Seed& model : models) {
    if (told == nullptr || *told != model.name) tell(model);
    told = &model.name;
  }
  return models;
}

}  // namespace lockstep
