#include "bench/conversation.h"

#include <array>
#include <string_view>

#include "bench/json_text.h"

namespace strobe::bench {

namespace {

constexpr size_t k_system_bytes = 8000;
constexpr size_t k_tools = 20;
constexpr uint64_t k_agent_stride = 40'961;  // heads of different agents come from different places
constexpr uint64_t k_session_stride = 1'299'709;

constexpr std::array<std::string_view, k_tools> k_tool_names = {
    "read_file",   "write_file", "edit_file",   "list_directory", "search_text",    "find_symbol",  "run_command",
    "run_tests",   "fetch_page", "ask_user",    "git_diff",       "git_log",        "git_commit",   "apply_patch",
    "format_code", "lint",       "update_plan", "read_image",     "query_database", "open_terminal"};
constexpr std::array<std::string_view, 8> k_parameter_names = {"path",  "pattern", "content", "start_line",
                                                               "limit", "reason",  "command", "timeout_seconds"};

std::string shortened(std::string_view passage) {
  while (!passage.empty() && passage.back() == ' ') passage.remove_suffix(1);
  return std::string(passage);
}

}  // namespace

ToolDefinition make_tool(const Corpus& corpus, uint64_t agent, size_t number) {
  Random random(agent * 1000 + number);
  Passages prose(corpus.prose(), corpus.prose().size() / 2 + agent * k_agent_stride + k_system_bytes + number * 1100);
  ToolDefinition tool;
  tool.name = k_tool_names[number % k_tools];
  if (number >= k_tools) tool.name += "_" + std::to_string(number / k_tools + 1);
  tool.description = shortened(prose.take(330, ' '));
  for (size_t i = 0; i < 4; ++i) {
    const std::string_view name = k_parameter_names[(number + i * 3) % k_parameter_names.size()];
    tool.parameters.emplace_back(name, shortened(prose.take(50 + random.below(60), ' ')));
  }
  return tool;
}

Head make_head(const Corpus& corpus, uint64_t agent) {
  Head head;
  Passages prose(corpus.prose(), corpus.prose().size() / 2 + agent * k_agent_stride);
  while (head.system.size() < k_system_bytes) {
    head.system.append(shortened(prose.take(600, ' '))).append(".\n\n");
  }
  head.system.resize(k_system_bytes);
  for (size_t number = 0; number < k_tools; ++number) head.tools.push_back(make_tool(corpus, agent, number));
  return head;
}

Conversation::Conversation(const Corpus& corpus, uint64_t seed)
    : corpus_(corpus),
      random_(seed),
      code_(corpus.code(), seed * k_session_stride),
      prose_(corpus.prose(), seed * k_session_stride) {
  task_ = shortened(prose_.take(400, ' '));
}

std::string Conversation::make_arguments() {
  JsonText json;
  json.raw("{").member("path").string("include/" + corpus_.files()[corpus_.file_at(code_.at())]);
  switch (random_.below(5)) {
    case 0:  // an edit: the model writes code
      json.raw(",").member("content").string(code_.take(random_.log_normal(350, 0.7, 60, 4000), '\n'));
      break;
    case 1: json.raw(",").member("pattern").string(shortened(prose_.take(20, ' '))); break;
    default:
      json.raw(",").member("start_line").raw(std::to_string(random_.below(2000)));
      json.raw(",").member("limit").raw(std::to_string(20 + random_.below(200)));
  }
  return json.raw("}").text();
}

Turn Conversation::next() {
  Turn turn;
  turn.text = shortened(prose_.take(random_.log_normal(300, 0.6, 40, 3000), ' '));
  turn.call_id = "call_" + random_.letters(24);
  turn.tool = k_tool_names[random_.below(k_tools)];
  turn.arguments = make_arguments();
  turn.result = code_.take(random_.log_normal(1500, 0.9, 80, 30'000), '\n');
  return turn;
}

}  // namespace strobe::bench
