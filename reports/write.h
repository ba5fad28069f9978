#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "reports/document.h"
#include "reports/staged_file.h"

namespace lockstep::reports {

/// Writes the document to every path, in the format of its suffix: .md .csv .json .html .svg (the first
/// chart) .xml (JUnit). Either all files are replaced or, short of a failing rename, none; a failure leaves
/// neither part of a file nor a temporary one. std::invalid_argument, before anything is rendered: a suffix
/// that names no format. std::runtime_error, one line with path and reason: a file cannot be written. Also
/// what html and json throw.
void write_document(const Document& document, const std::vector<std::filesystem::path>& outs,
                    Folders folders = Folders::must_exist);

/// Writes one file the same way, whatever its suffix.
void write_text(const std::filesystem::path& path, std::string_view text,
                Folders folders = Folders::must_exist);

/// std::invalid_argument: a suffix that names no format of write_document. For checks before a long run.
void check_suffixes(const std::vector<std::filesystem::path>& outs);

/// The same, and std::runtime_error where a file could not be written to its folder as things stand.
void check_targets(const std::vector<std::filesystem::path>& outs);

}  // namespace lockstep::reports
