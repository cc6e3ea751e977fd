#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/log_line.h"
#include "model/session.h"

// What calls saw and answered, as texts in the words of Copilot's debug logs: messages are the JSON of OTel GenAI,
// {"role","parts":[{"type":"text","content"},...]}.

namespace strobe::exporter {

class CopilotContent {
 public:
  // The session must outlive it.
  explicit CopilotContent(const SessionView& session);

  // The conversation that a call saw, a JSON array: of a longer one than `bytes_max` the first messages, of a first
  // message that is too long by itself its beginning, which is counted in `line`. Empty: not known.
  std::string input_messages(int32_t call, size_t bytes_max, LogLine& line);
  int32_t messages_in_all(int32_t call) const;
  // The texts of the system prompt, and the definitions of tools as a JSON array. Empty: it saw none.
  std::string system_prompt(int32_t call) const;
  std::string tools(int32_t call) const;
  // The number of what stands before the conversation, the same for calls with the same prompt and tools; -1: unknown.
  int32_t head(int32_t call) const;
  // What it answered, as a JSON array; empty: nothing.
  std::string response(int32_t call) const;

 private:
  const SessionContexts::Context* context_of(int32_t call) const;
  const std::string& json_of(int32_t message);

  const SessionView& session_;
  const SessionContexts& contexts_;
  std::vector<std::optional<std::string>> json_of_;  // of messages that were asked for
};

// A file of content, {"content": `content`}; cut behind k_copilot_content_bytes_max.
std::string copilot_content_file(std::string_view content);
inline constexpr size_t k_copilot_content_bytes_max = size_t{1} << 20;
// The models that were called, as models.json.
std::string copilot_models(const SessionView& session);

}  // namespace strobe::exporter
