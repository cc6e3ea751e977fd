#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyze/id_numbers.h"
#include "analyze/shape.h"
#include "model/session.h"

namespace strobe::analyze {

// Which calls of tools brought the results that contexts hold.
class ToolResults {
 public:
  // Both must outlive this. Linear.
  ToolResults(const SessionView& session, const Shape& shape);

  // The call of the tool whose result has this call id in the context of `carrier`, a call to a model: the last that
  // began before it, of the same lane if there is one, for some SDKs count ids from the start again in every call.
  // -1: none is known. O(log n).
  int32_t span_of(std::string_view call_id, int32_t carrier) const;

 private:
  // Ids that are given once are what most are: they take no lists.
  struct Calls {
    int32_t only = -1;  // -1: there are several, in lists_[number]
    int32_t number = 0;
  };
  struct Lists {
    std::vector<int32_t> all;  // by start
    std::unordered_map<int32_t, std::vector<int32_t>> by_lane;
  };
  void add(std::string_view call_id, int32_t tool);
  void add(Lists& lists, int32_t tool) const;

  const SessionView& session_;
  IdNumbers ids_;
  std::vector<Calls> calls_;  // by number of the id
  std::vector<Lists> lists_;
};

}  // namespace strobe::analyze
