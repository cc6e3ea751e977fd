#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/session.h"

// What users said, as calls saw it.

namespace strobe::exporter {

class CopilotUsers {
 public:
  // The session must outlive it. Linear in what its contexts do not share.
  explicit CopilotUsers(const SessionView& session);

  struct Said {
    std::string id;    // the same wherever an agent sees the message at that place among the user's
    std::string text;  // its text parts
  };
  // What a user said last before the call, oldest first, and no call of that agent (any name for it) told before: the
  // messages of users that stand together, at most k_copilot_users_max. The same words count again where another trace
  // begins with them. In the order of the calls' starts.
  std::vector<Said> take_new(int32_t call, const std::string& agent);
  // The text of the newest; empty: there is none.
  std::string newest(int32_t call) const;

 private:
  ContextTree::Node newest_node(int32_t call) const;
  std::string text_at(ContextTree::Node node) const;
  std::string id_at(ContextTree::Node node) const;

  const SessionView& session_;
  const SessionContexts& contexts_;
  std::vector<ContextTree::Node> newest_user_;     // for each list of messages, k_empty: no user says anything in it
  std::vector<int32_t> users_;                     // for each list, how many messages of users are in it
  std::map<std::string, std::set<TraceId>> told_;  // by agent and id
};

// That many messages of a user stand together rarely; each call's lines have a limit all the same.
inline constexpr size_t k_copilot_users_max = 20;

}  // namespace strobe::exporter
