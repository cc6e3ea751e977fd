#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/corpus.h"

namespace strobe::bench {

struct ToolDefinition {
  std::string name;
  std::string description;
  std::vector<std::pair<std::string, std::string>> parameters;  // name and description; all are strings
};

// What an agent sends before its history: a system prompt of 8 KB and tool definitions of 20 KB.
struct Head {
  std::string system;
  std::vector<ToolDefinition> tools;
};

// One turn of the loop: the model says something and asks for one tool, whose result is the next message.
struct Turn {
  std::string text;
  std::string call_id;
  std::string tool;
  std::string arguments;  // compact JSON object
  std::string result;
};

Head make_head(const Corpus& corpus, uint64_t agent);
// A definition with the given number: another number, another text.
ToolDefinition make_tool(const Corpus& corpus, uint64_t agent, size_t number);

// The content of one session, whatever dialect it is told in. Texts are passages that no other turn of the session
// has; sessions with other seeds start elsewhere in the corpus.
class Conversation {
 public:
  Conversation(const Corpus& corpus, uint64_t seed);
  const std::string& task() const { return task_; }
  Turn next();

 private:
  std::string make_arguments();

  const Corpus& corpus_;
  Random random_;
  Passages code_;
  Passages prose_;
  std::string task_;
};

}  // namespace strobe::bench
