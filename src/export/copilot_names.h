#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "export/sub_agents.h"
#include "model/session.h"

// What sessions and sub-agents are called in Copilot's debug logs, and where a sub-agent's log is.

namespace strobe::exporter {

// The session's key; of a longer one than k_copilot_sid_bytes_max its beginning, and the short id, for it stands in
// every line.
std::string copilot_sid(const SessionView& session);
inline constexpr size_t k_copilot_sid_bytes_max = 200;
// "SPAN-TRACE" of the span that it is, in hex: a span's id alone may occur in another trace of the session.
std::string copilot_sid(const SubAgent& agent);
// "runSubagent-TYPE".
std::string copilot_label(const SubAgent& agent);

// The file names of sub-agents' logs: "LABEL-SID.jsonl".
class CopilotChildLogs {
 public:
  // `existing`: names of what is there.
  explicit CopilotChildLogs(const std::set<std::string, std::less<>>& existing);

  // The one that is there, under whichever label it began: a sub-agent's name may become known when much of it is
  // written. Else a new one; empty: there are k_copilot_child_logs_max.
  std::string file_of(const std::string& sid, const std::string& label);

 private:
  std::map<std::string, std::string, std::less<>> files_;  // by sid
};

// Sub-agents with a log of their own; what further ones did stands in the main log, under their own `sid`.
inline constexpr size_t k_copilot_child_logs_max = 200;

}  // namespace strobe::exporter
