#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/hint_map.h"

namespace strobe::store {

// Maps keyed by what clients chose are trees: no string can make them slow.
using NumberByText = HintMap<std::map<std::string, uint64_t, std::less<>>>;

// Short strings that come again and again, each stored once and referred to by number. The empty string is number 0.
class Names {
 public:
  explicit Names(Core& core);
  void forget();

  // Gives a number, storing the string if need be.
  Result<uint64_t> intern(std::string_view text);
  // Nothing when the string is not stored.
  Result<std::optional<uint64_t>> find(std::string_view text);
  // Errors: corrupt (no such number).
  Result<std::string> text(uint64_t number);

 private:
  void remember(std::string_view text, uint64_t number);

  Core& core_;
  NumberByText numbers_;
  HintMap<std::unordered_map<uint64_t, std::string>> texts_;
};

// Packed resources or scopes: each stored once, sealed.
class PackedTable {
 public:
  struct Statements {
    Sql find, add, data;
  };
  static constexpr Statements k_resources{Sql::resource_find, Sql::resource_add, Sql::resource_data};
  static constexpr Statements k_scopes{Sql::scope_find, Sql::scope_add, Sql::scope_data};

  PackedTable(Core& core, Statements statements);
  void forget();

  Result<uint64_t> intern(const std::string& packed);
  // Errors: not_found, corrupt.
  Result<std::string> content(uint64_t number);

 private:
  Core& core_;
  const Statements statements_;
  NumberByText numbers_;
  // Neighbouring records mostly share theirs.
  std::string last_packed_;
  uint64_t last_number_ = 0;
};

}  // namespace strobe::store
