#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

namespace strobe::faults {

// A temporary folder of one test.
class Folder {
 public:
  Folder() {
    static std::atomic<int> count = 0;
    const std::string name = "strobe_faults_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    path_ = (std::filesystem::temp_directory_path() / name).string();
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace strobe::faults
