#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/names.h"
#include "store/sqlite/search_highlight.h"
#include "store/sqlite/search_source.h"
#include "store/sqlite/session_match.h"
#include "store/store.h"

namespace strobe::store {

// Questions to the text index. The caller holds a read transaction.
class Search {
 public:
  // One question looks at no more than the newest so many texts that match, and places they stand at.
  static constexpr size_t k_texts_max = 100'000;
  static constexpr size_t k_places_max = 300'000;

  Search(Core& core, Names& names, SearchSource& source) : core_(core), names_(names), source_(source) {}

  Result<IndexState> state();
  // Errors: invalid (no word in the text, a cursor that is none any more).
  Result<SearchAnswer> find(const SearchRequest& request, SessionMatch& match);
  // The numbers of the sessions in which the text occurs, ascending; bounded like a question. Errors: invalid.
  Result<std::vector<uint64_t>> sessions_with(std::string_view text);

 private:
  // One text in one session.
  struct Place {
    uint64_t number = 0;
    uint64_t text = 0;
    uint64_t span = 0;
    uint64_t session = 0;
    int64_t start_ns = 0;
  };
  // Where the texts that match stand. True: there are more.
  Result<bool> places_of(const std::string& expression, std::vector<Place>& places);
  Result<void> drop_page_before(uint64_t after, std::vector<Place>& places);
  Result<SearchHit> hit_of(const Place& place, const std::string& expression);

  Core& core_;
  Names& names_;
  SearchSource& source_;
  SearchHighlight highlight_;
};

}  // namespace strobe::store
