#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "model/span.h"
#include "store/sqlite/core.h"
#include "store/sqlite/hint_map.h"
#include "store/sqlite/names.h"
#include "store/store.h"

namespace strobe::store {

// What many spans have in common: resource, scope, and the facts that hardly vary within one agent. A span pays for all
// of it with one number.
class Settings {
 public:
  // The facts that live here, in the order of the table's columns.
  static constexpr std::array k_facts = {
      &SpanFacts::service, &SpanFacts::scope, &SpanFacts::dialect,  &SpanFacts::session_namespace, &SpanFacts::run_id,
      &SpanFacts::agent,   &SpanFacts::model, &SpanFacts::provider, &SpanFacts::usage_rule};
  struct Row {
    uint64_t resource = 0;
    uint64_t scope = 0;
    std::array<std::string, k_facts.size()> texts;
  };

  Settings(Core& core, Names& names, PackedTable& resources, PackedTable& scopes);
  void forget();

  Result<uint64_t> intern(const SpanRecord& record);
  // Valid until the next call. Errors: corrupt.
  Result<const Row*> read(uint64_t number);
  // Fills in the facts that live here.
  static void apply(const Row& row, SpanFacts& facts);

 private:
  Result<uint64_t> find_or_add(uint64_t resource, uint64_t scope, const SpanFacts& facts);

  Core& core_;
  Names& names_;
  PackedTable& resources_;
  PackedTable& scopes_;
  NumberByText numbers_;
  HintMap<std::unordered_map<uint64_t, Row>> rows_;
  std::string key_;  // scratch
};

}  // namespace strobe::store
