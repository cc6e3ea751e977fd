#include "export/copilot_names.h"

#include "export/log_text.h"
#include "view/phrases.h"

namespace strobe::exporter {

namespace {

constexpr std::string_view k_ending = ".jsonl";
constexpr size_t k_sid_bytes = 2 * SpanId::k_size + 1 + 2 * TraceId::k_size;

}  // namespace

std::string copilot_sid(const SessionView& session) {
  const std::string name = session_name(session);
  if (name.size() <= k_copilot_sid_bytes_max) return name;
  return name.substr(0, whole_characters(name, k_copilot_sid_bytes_max)) + "-" + view::short_id(session.summary);
}

std::string copilot_sid(const SubAgent& agent) { return agent.span_id.hex() + "-" + agent.trace_id.hex(); }

std::string copilot_label(const SubAgent& agent) { return "runSubagent-" + agent.type; }

CopilotChildLogs::CopilotChildLogs(const std::set<std::string, std::less<>>& existing) {
  for (std::string_view name : existing) {
    if (!name.ends_with(k_ending) || name.size() < k_sid_bytes + k_ending.size()) continue;
    files_.emplace(name.substr(name.size() - k_sid_bytes - k_ending.size(), k_sid_bytes), name);
  }
}

std::string CopilotChildLogs::file_of(const std::string& sid, const std::string& label) {
  const auto known = files_.find(sid);
  if (known != files_.end()) return known->second;
  if (files_.size() >= k_copilot_child_logs_max) return {};
  return files_.emplace(sid, label + "-" + sid + std::string(k_ending)).first->second;
}

}  // namespace strobe::exporter
