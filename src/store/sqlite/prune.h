#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "store/sqlite/core.h"
#include "store/sqlite/reach.h"
#include "store/sqlite/retention.h"
#include "store/sqlite/sessions.h"
#include "store/upkeep.h"

namespace strobe::store {

// One run of `prune`. In slices, each a short write transaction, so that others write meanwhile; killed between any two
// of them the store is whole, and what was begun is finished by the next run:
// 1. Bundles leave: their sessions and parts go, their traces are marked as leaving and lose their id, so that a span
//    that comes late begins a new trace.
// 2. Spans and logs of leaving traces go, then the traces.
// 3. Shared rows that nobody needs any more go: reach.h says why that is safe.
// 4. The file gives its free pages back.
class Prune {
 public:
  // What the store lends.
  struct Tools {
    Core& core;
    Sessions& sessions;
    // Begins a transaction in which what is remembered is true.
    std::function<Result<sqlite::Transaction>(sqlite::TransactionKind)> begin;
    std::function<Result<void>()> checkpoint;
    std::function<Result<int64_t>()> file_bytes;
  };
  Prune(Tools tools, const PruneRequest& request, const Progress& progress)
      : tools_(std::move(tools)), core_(tools_.core), request_(request), progress_(progress), reach_(core_) {}

  Result<PruneReport> run();

 private:
  Result<std::vector<Bundle>> bundles_now();

  // prune_size.cc.
  Result<void> until_small_enough();
  // The oldest logs and points of no trace, by time, about as many as `excess` is of `used`. False: there are none.
  Result<bool> erase_oldest_signals(int64_t excess, int64_t used);
  Result<int64_t> used_bytes();
  // What a store takes that holds nothing.
  Result<int64_t> fixed_bytes();
  // Bundles for about as many bytes, judged by their share of the spans.
  static std::vector<size_t> leaving_for_bytes(const std::vector<Bundle>& bundles, int64_t excess, int64_t used);

  // prune_count.cc: what would leave, without removing it. In the transaction of count_only().
  Result<PruneReport> count_only();
  // Bytes of rows, as they weigh against each other: what stands in them, and what their entries take beside it.
  struct Weights {
    double all = 0, leaving = 0;
  };
  Result<std::vector<size_t>> would_leave(const std::vector<Bundle>& bundles);
  Result<Weights> weigh(const std::unordered_set<uint64_t>& traces);
  Result<void> weigh_traces(const std::unordered_set<uint64_t>& traces, Weights& weights);
  Result<void> weigh_signals(Weights& weights);
  Result<void> weigh_shared(Shared shared, const char* weight, int64_t* count, Weights& weights);
  // What the file would take when the part `weights` tells of it has left.
  Result<int64_t> bytes_without(const Weights& weights);

  Result<void> let_leave(const std::vector<Bundle>& bundles, const std::vector<size_t>& leaving);
  Result<bool> detach(const Bundle& bundle);
  Result<bool> unchanged(const Bundle& bundle);
  Result<void> erase_leaving();
  Result<void> erase_spans(const std::vector<uint64_t>& traces);
  Result<void> erase_logs(const std::vector<uint64_t>& traces);
  Result<void> erase_traces(const std::vector<uint64_t>& traces);
  // Parts without their trace, which older versions could leave, and the sessions that consist of nothing else.
  Result<void> erase_orphans();
  Result<void> erase_older(TimeNs limit);
  Result<void> erase_in_slices(const char* sql, int64_t parameter, int64_t& count);
  Result<int64_t> erase_numbers(std::string_view table, const std::vector<uint64_t>& numbers);

  Result<void> sweep();
  Result<bool> sweep_once();
  Result<bool> sweep_slice(Shared shared, Reach::Numbers& dead);
  Result<void> give_back();

  // One write transaction in which rows are removed: with a new epoch.
  Result<void> slice(const std::function<Result<void>()>& work);
  // The same while marking, which is of no use unless it is whole. Error timeout: asked to stop.
  Result<void> look(int64_t spans);
  Result<void> tell(std::string_view what, int64_t done, int64_t total);

  const Tools tools_;
  Core& core_;
  const PruneRequest& request_;
  const Progress& progress_;
  Reach reach_;
  PruneReport report_;
  std::optional<TimeNs> signals_before_;  // of count_only(): logs and points of no trace that would leave
  bool stopped_ = false;
};

}  // namespace strobe::store
