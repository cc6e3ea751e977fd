#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/store.h"

namespace strobe::store {

// Counts that no row tells. Gathered while a transaction runs, written at its end.
class Counters {
 public:
  explicit Counters(Core& core) : core_(core) {}
  void begin_writing() { gathered_.clear(); }
  void add(std::string_view name, int64_t by);
  Result<void> flush();
  Result<std::vector<Count>> all();

 private:
  Core& core_;
  std::map<std::string, int64_t, std::less<>> gathered_;
};

}  // namespace strobe::store
