#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/names.h"
#include "store/store.h"

namespace strobe::store {

class SessionMatch;

// Questions about sessions. The caller holds a read transaction.
class Sessions {
 public:
  Sessions(Core& core, Names& names) : core_(core), names_(names) {}

  // Newest first, those that `match` (made of the same filter) lets through.
  Result<std::vector<Store::SessionRow>> list(const SessionFilter& filter, SessionMatch& match);
  Result<std::vector<SessionId>> find(std::string_view prefix, size_t limit);
  // Nothing when there is no such session, or no trace contributes to it.
  Result<std::optional<uint64_t>> number_of(const SessionId& id);
  Result<Store::SessionRow> row(uint64_t number);
  // Number and id of the traces that contribute.
  Result<std::vector<std::pair<uint64_t, TraceId>>> traces(uint64_t number);
  // Store::session_state. A trace whose spans change counts its changes; which of them are in the session changes when
  // the trace is derived; rows only go under a new epoch.
  Result<uint64_t> state(uint64_t number);

 private:
  Result<std::set<std::string>> models_of(std::string_view json);
  Result<void> add_by_key(uint64_t key, size_t limit, std::vector<SessionId>& found);
  Result<void> add_by_key_prefix(std::string_view prefix, size_t limit, std::vector<SessionId>& found);
  Result<void> add_by_hex(std::string_view hex, size_t limit, std::vector<SessionId>& found);
  Result<void> add_by_trace_hex(std::string_view hex, size_t limit, std::vector<SessionId>& found);

  Core& core_;
  Names& names_;
};

// A set of name numbers as a JSON array, and back: what is in part.models.
std::string encode_numbers(const std::set<uint64_t>& numbers);
std::vector<uint64_t> decode_numbers(std::string_view json);

}  // namespace strobe::store
