#include "store/sqlite/file_system.h"

#include <sys/stat.h>
#include <sys/vfs.h>

#include <filesystem>

namespace strobe::store {

namespace {
struct NamedMagic {
  long magic;
  std::string_view name;
};
// From Linux's include/uapi/linux/magic.h and the sources of the file systems. FUSE and 9p are not here: they are the
// local disk of many containers and virtual machines.
constexpr NamedMagic k_network_file_systems[] = {
    {0x6969, "nfs"},      {0x517b, "smb"},      {0xff534d42, "cifs"},  {0xfe534d42, "smb2"},  {0x00c36400, "ceph"},
    {0x5346414f, "afs"},  {0x6b414653, "kafs"}, {0x73757245, "coda"},  {0x564c, "ncp"},       {0x0bd00bd0, "lustre"},
    {0x47504653, "gpfs"}, {0x01161970, "gfs2"}, {0x7461636f, "ocfs2"}, {0x19830326, "fhgfs"},
};
}  // namespace

std::optional<std::string_view> network_file_system(long magic) {
  // f_type is signed on some machines.
  const auto low = static_cast<unsigned long>(magic) & 0xffffffffUL;
  for (const NamedMagic& known : k_network_file_systems) {
    if (static_cast<unsigned long>(known.magic) == low) return known.name;
  }
  return std::nullopt;
}

std::optional<std::string_view> network_file_system_of(const std::string& path) {
  struct statfs status{};
  if (statfs(path.c_str(), &status) == 0) return network_file_system(status.f_type);
  const auto parent = std::filesystem::path(path).parent_path();
  if (statfs(parent.empty() ? "." : parent.c_str(), &status) == 0) return network_file_system(status.f_type);
  return std::nullopt;
}

FileIdentity file_identity(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return {};
  return {.device = status.st_dev, .number = status.st_ino};
}

}  // namespace strobe::store
