#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace strobe::session_log {

// A folder that is open: what is read and written in it stays in it, whatever its path leads to meanwhile. No name in
// it is followed where it is a link. One thread.
class OpenFolder {
 public:
  // Creates it, for its owner alone, where it is not there; what is above it must be. Errors: io, also where it is a
  // link.
  static Result<std::unique_ptr<OpenFolder>> open(const std::string& path);
  ~OpenFolder();
  OpenFolder(const OpenFolder&) = delete;
  OpenFolder& operator=(const OpenFolder&) = delete;

  int descriptor() const { return descriptor_; }
  std::string path_of(std::string_view name) const { return path_ + "/" + std::string(name); }
  // Its path leads to nothing, or elsewhere.
  bool is_gone() const;
  bool has(std::string_view name) const;
  // Of all that is in it, sorted. Errors: io.
  Result<std::vector<std::string>> names() const;
  // A whole plain file. Errors: io, too_large.
  Result<std::string> read(std::string_view name, size_t bytes_max) const;
  // All of it or nothing, for its owner alone, in place of what has that name. Errors: io.
  Result<void> write(std::string_view name, std::string_view content) const;

 private:
  OpenFolder(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::unexpected<Error> failure(std::string_view what, std::string_view name) const;

  const std::string path_;
  const int descriptor_;
};

}  // namespace strobe::session_log
