#include "analyze/path_list.h"

#include <algorithm>

namespace strobe::analyze {

Result<void> PathList::add(std::string_view path) {
  if (!path.starts_with('/') || path.size() < 2) {
    return fail(ErrorCode::invalid, "\"" + std::string(path) + "\" is no path: it begins with /steps");
  }
  if (paths_.size() == k_paths_max) {
    return fail(ErrorCode::invalid, "more than " + std::to_string(k_paths_max) + " paths are to be ignored");
  }
  std::vector<std::string>& elements = paths_.emplace_back();
  for (size_t at = 1; at <= path.size();) {
    const size_t slash = std::min(path.find('/', at), path.size());
    elements.emplace_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return {};
}

namespace {

bool begins_with(std::string_view path, const std::vector<std::string>& elements) {
  size_t at = 0;
  for (const std::string& element : elements) {
    if (at >= path.size() || path[at] != '/') return false;
    const size_t slash = std::min(path.find('/', at + 1), path.size());
    if (element != "*" && element != path.substr(at + 1, slash - at - 1)) return false;
    at = slash;
  }
  return true;
}

}  // namespace

bool PathList::has(std::string_view path) const {
  for (const auto& elements : paths_) {
    if (begins_with(path, elements)) return true;
  }
  return false;
}

std::string escaped_element(std::string_view element) {
  std::string out;
  for (const char c : element) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace strobe::analyze
