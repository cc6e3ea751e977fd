#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "sqlite/database.h"

namespace strobe::store {

// Every statement the store runs more than once. statements.cc has their text; a test prepares all of them and looks at
// their plans.
enum class Sql : uint8_t {
  data_version,
  epoch,
  counter_add,
  counters,
  name_find,
  name_add,
  name_text,
  names_from,
  resource_find,
  resource_add,
  resource_data,
  scope_find,
  scope_add,
  scope_data,
  setting_find,
  setting_add,
  setting_read,
  blob_last,
  blob_find,
  blob_add,
  blob_read,
  message_add,
  message_read,
  sequence_last,
  sequence_add,
  sequence_read,
  sequence_depth,
  context_find,
  context_add,
  context_read,
  trace_last,
  trace_find,
  trace_add,
  trace_touch,
  trace_dirty,
  trace_changes,
  trace_list,
  trace_root,
  trace_ids_from,
  trace_clean,
  trace_postpone,
  trace_again,
  prices_day,
  prices_day_set,
  span_find,
  span_add,
  span_update,
  span_facts,
  span_full,
  span_full_of_trace,
  span_full_one,
  span_record,
  span_places,
  place_set,
  place_clear,
  session_find,
  session_add,
  session_no,
  session_start,
  session_set_start,
  session_drop,
  session_list,
  session_head,
  session_ids_from,
  sessions_of_key,
  sessions_of_trace,
  part_list,
  part_traces,
  part_states,
  part_names,
  part_sums,
  part_sessions,
  part_delete,
  part_add,
  log_find,
  log_add,
  log_list,
  log_repeat,
  log_telling,
  log_told,
  amend_told_span,
  amend_telling_log,
  amend_next,
  amend_ticket,
  amend_done,
  trace_amended,
  point_find,
  point_add,
  point_update,
  point_list,
  stats_parts,
  stats_parts_of_session,
  stats_calls,
  stats_tools,
  search_state,
  search_advance,
  search_removals,
  search_again_changed,
  search_again_next,
  search_again_forgotten,
  search_again_done,
  search_again_count,
  search_suspect,
  search_suspect_spans,
  search_suspect_done,
  search_span,
  search_span_head,
  search_placed,
  search_place_add,
  search_places,
  search_text_known,
  search_text_add,
  search_forget,
  search_forget_unknown,
  search_texts,
  span_last,
  span_next,
  span_packed,
  count_
};

std::string_view text_of(Sql sql);

// Prepares each statement at its first use and keeps it. Must die before its database.
class Statements {
 public:
  explicit Statements(sqlite::Database& database) : database_(database) {}
  Statements(const Statements&) = delete;
  Statements& operator=(const Statements&) = delete;

  // The statement, not running; nobody else may hold it.
  Result<sqlite::Lease> use(Sql sql);

 private:
  sqlite::Database& database_;
  std::array<std::optional<sqlite::Statement>, static_cast<size_t>(Sql::count_)> prepared_;
};

}  // namespace strobe::store
