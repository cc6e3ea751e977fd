#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/context_tree.h"
#include "store/store.h"

// Inside only: lists of messages as the store keeps them, into a tree of beginnings.

namespace strobe::query {

// Reads contexts of one session. Calls send their history again and again: of each list only what differs from the one
// it is stored as an edit of is looked at, so that all of them take time linear in what is new in each. Store and tree
// must outlive it.
class ContextLists {
 public:
  // The number under which an element stands in the tree, from 0 on; asked about a blob whenever it is met.
  using NumberOf = std::function<Result<int32_t>(uint64_t blob, ElementFormat format)>;

  ContextLists(store::Store& store, ContextTree& bodies, NumberOf number_of);

  // What stands before the conversation, whichever list it came in, and the conversation.
  struct Lists {
    std::vector<int32_t> system;
    ContextTree::Node body = ContextTree::k_empty;
  };
  // Errors: corrupt, and what the store and `number_of` say.
  Result<Lists> read(const store::StoredContext& stored);
  // All of a short list, such as tools; 0: none. Errors: as read().
  Result<std::vector<int32_t>> short_list(uint64_t sequence, ElementFormat format);

 private:
  // A list that was read: what belongs to the head, and the rest as a node.
  struct ReadList {
    ElementFormat format = ElementFormat::none;
    std::vector<int32_t> leading;
    ContextTree::Node body = ContextTree::k_empty;
  };
  // One that was read in full.
  struct WholeList {
    std::vector<uint64_t> body_blobs;
    ElementFormat format = ElementFormat::none;
    ContextTree::Node body = ContextTree::k_empty;
  };
  static bool is_read_as(const ReadList& list, const store::StoredContext& stored);
  Result<ReadList> read_list(const store::StoredContext& stored);
  // They add to an empty list.
  Result<void> add_edited(const store::StoredContext& stored, const store::SequenceEdit& edit, const ReadList& base,
                          ReadList& list);
  Result<void> add_whole(const store::StoredContext& stored, std::span<const uint64_t> blobs, ReadList& list);
  // The list whose conversation begins most like this one's, and how many elements they share.
  std::pair<WholeList*, size_t> most_alike(const WholeList& list);

  store::Store& store_;
  ContextTree& bodies_;
  const NumberOf number_of_;
  // By the number of the sequence, as it was read last.
  std::unordered_map<uint64_t, ReadList> read_;
  std::unordered_map<uint64_t, std::vector<int32_t>> short_lists_;
  // Now and then a list is stored in full: it is compared with those that were so before, one for each of so many
  // conversations side by side.
  static constexpr size_t k_whole_remembered = 8;
  std::array<WholeList, k_whole_remembered> remembered_;
  size_t next_ = 0;
};

}  // namespace strobe::query
