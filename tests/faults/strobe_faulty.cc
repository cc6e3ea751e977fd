// The whole program on a disk that fails. The file that STROBE_DISK_PLAN names holds the plan (disk_plan.h); it is read
// again whenever it has changed, so it should be replaced by a rename. No file: everything goes well. `kill` ends the
// process as kill -9 would; `power_cut` takes from the files what was not synced, says how many sectors that were, and
// ends it likewise.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "cli/command.h"
#include "disk_plan.h"
#include "faulty_disk.h"

namespace strobe::faults {
namespace {

// Belongs to whoever holds the disk.
class WatchedPlan {
 public:
  explicit WatchedPlan(std::string path) : path_(std::move(path)) {}

  Fate operator()(const Call& call) {
    read_if_changed();
    const Fate fate = plan_(call);
    if (fate.damage == Damage::power_cut) FaultyDisk::install().set_power_cut_seed(plan_.seed());
    return fate;
  }

 private:
  void read_if_changed() {
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0) status = {};
    const bool is_same = status.st_ino == seen_.st_ino && status.st_size == seen_.st_size &&
                         status.st_mtim.tv_sec == seen_.st_mtim.tv_sec &&
                         status.st_mtim.tv_nsec == seen_.st_mtim.tv_nsec;
    if (is_same) return;
    seen_ = status;
    std::ifstream stream(path_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    auto plan = DiskPlan::parse(text);
    if (!plan) {
      std::fprintf(stderr, "strobe_faulty: %s: %s\n", path_.c_str(), plan.error().message.c_str());
      std::_Exit(99);
    }
    plan_ = *std::move(plan);
  }

  std::string path_;
  struct stat seen_{};
  DiskPlan plan_;
};

}  // namespace
}  // namespace strobe::faults

int main(int argc, char** argv) {
  auto& disk = strobe::faults::FaultyDisk::install();
  disk.end_process_at_death();
  if (const char* path = std::getenv("STROBE_DISK_PLAN")) disk.set_plan(strobe::faults::WatchedPlan(path));
  return strobe::cli::main_of(argc, argv);
}
