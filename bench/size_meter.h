#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/agent_load.h"

namespace strobe::bench {

struct SizePoint {
  int turns = 0;
  uint64_t file_bytes = 0;    // pages in use but those of the text index, the write-ahead log moved into the file
  uint64_t unique_bytes = 0;  // AgentLoad::unique_bytes of the same turns
};

// Sends one session of the agent load through a pipeline into a new store at `path`, two turns a request, and closes
// the store to look at the file after each of `turns` (rising, even). Texts are not indexed. Errors: those of the
// store; io.
Result<std::vector<SizePoint>> measure_sizes(const Corpus& corpus, AgentOptions options, std::span<const int> turns,
                                             const std::string& path);

// Bytes in use by the SQLite file at `path`, from its header. Errors: io, corrupt.
Result<uint64_t> bytes_in_use(const std::string& path);

// Where the bytes of a store are: one line a table or index, largest first.
Result<std::string> size_breakdown(const std::string& path);

// A folder for one measurement, removed with everything in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace strobe::bench
