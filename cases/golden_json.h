#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cases/golden.h"

/// What the readers of all golden files share.
namespace lockstep::golden {

GoldenTensor read_tensor(const std::string& name, const nlohmann::json&);
GoldenTensors read_tensors(const nlohmann::json&);

/// Every element of the list `key` of the file.
template <class Element>
std::vector<Element> read(const std::filesystem::path& path, const char* key,
                          Element (*read_one)(const nlohmann::json&)) {
  try {
    std::ifstream file(path);
    if (!file) throw std::invalid_argument("there is no such file, or it can't be read");
    const auto root = nlohmann::json::parse(file);
    std::vector<Element> elements;
    for (const nlohmann::json& node : root.at(key)) elements.push_back(read_one(node));
    if (elements.empty()) throw std::invalid_argument(fmt::format("\"{}\" is empty", key));
    return elements;
  } catch (const std::exception& error) {  // of this project, or of the JSON library
    throw std::invalid_argument(fmt::format("golden file {}: {}", path.string(), error.what()));
  }
}

}  // namespace lockstep::golden
