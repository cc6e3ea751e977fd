#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strobe::store {

// The name of a file system (as statfs tells its magic number) on which locks or shared memory cannot be relied on;
// nothing for all others.
std::optional<std::string_view> network_file_system(long magic);

// The same for where `path` is or would be. Nothing when it cannot be told.
std::optional<std::string_view> network_file_system_of(const std::string& path);

// Which file a path names. Another one by the same name is another file.
struct FileIdentity {
  uint64_t device = 0, number = 0;  // both 0: there is none
  bool operator==(const FileIdentity&) const = default;
};
FileIdentity file_identity(const std::string& path);

}  // namespace strobe::store
