#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/edges.h"

namespace strobe::store {

// Tells which shared rows (edges.h) somebody needs: a bit a row, set by following every edge from the rows that live by
// themselves. There are no reference counts that could be wrong.
//
// Marking takes one snapshot; the rows it leaves unmarked are the dead ones. They are removed later, in short write
// transactions between which other processes write. Why none of them is removed that somebody needs by then:
// 1. catch_up() runs inside each of these transactions, before anything is removed, and marks what was written since
// the
//    transaction before: new rows (numbers above the highest one then), spans of traces whose `changes` grew (a span
//    was replaced in place), what was derived. So a row that was found by its id and used again is marked in time:
//    nobody can write between catch_up() and the commit of the removal.
// 2. A dead row that is still there is whole, however it is found: those that refer go first. Contexts, then sequences,
//    blobs, settings, resources and scopes, names; within a table the highest number first, for blobs and sequences
//    refer to lower numbers only.
// 3. A number that became free may be given out again, but never one that is still on the list of the dead: a new
// number
//    is higher than every row there is, and the dead on the list are still there.
// 4. Whoever remembers numbers in memory forgets them at the beginning of its next transaction, because each removal
//    writes a new epoch. If somebody else wrote one, rows were removed that marking does not know of: catch_up() says
//    so and everything is marked again.
class Reach {
 public:
  using Numbers = std::vector<uint64_t>;
  using Look = std::function<Result<void>(int64_t spans_done)>;

  explicit Reach(Core& core) : core_(core) {}

  // Marks anew, in the running transaction. Spans and logs of the traces `without` count as gone. `look` is called now
  // and then; its error ends the work. Errors: corrupt (a row cannot be read: nothing may be removed then).
  Result<void> mark(const std::unordered_set<uint64_t>& without, const Look& look);
  // Existing rows that are not marked, ascending. In the transaction of mark().
  Result<Numbers> dead(Shared shared);
  bool is_live(Shared shared, uint64_t number) const;

  // At the beginning of a write transaction. False: rows were removed by somebody else.
  Result<bool> catch_up();
  // At the end of a write transaction in which rows were removed: its epoch is `epoch`.
  Result<void> note_end(uint64_t epoch);

 private:
  struct Last {
    uint64_t span = 0, log = 0, point = 0;
    std::array<uint64_t, k_shared.size()> shared{};
  };
  Result<void> measure();
  Result<Last> last_numbers();
  void reach(Shared shared, uint64_t number);
  // Follows the edges of everything reached, until nothing new is.
  Result<void> settle();
  Result<void> visit(const EdgeSource& source, std::string_view where, int64_t parameter);
  Result<void> visit_spans(const std::unordered_set<uint64_t>& without, const Look& look);
  Result<void> visit_logs(const std::unordered_set<uint64_t>& without);
  Result<void> visit_changed_traces();
  Result<void> reach_new_shared(const Last& before);

  Core& core_;
  std::array<std::vector<bool>, k_shared.size()> live_;
  std::vector<std::pair<Shared, uint64_t>> open_;
  Last last_;
  int64_t data_version_ = 0;
  uint64_t epoch_ = 0;
  std::unordered_map<uint64_t, int64_t> changes_;  // of each trace
};

// The highest number of a table, 0 when it is empty. Errors: corrupt, when it is beyond what a store can hold: a
// damaged file must not make us allocate the world.
Result<uint64_t> last_number(Core& core, std::string_view table);

}  // namespace strobe::store
