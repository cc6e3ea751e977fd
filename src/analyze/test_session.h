#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/session.h"

// Sessions for tests, made by hand: spans in any order, times in milliseconds, contexts as lists of short texts.

namespace strobe::analyze {

class TestSession {
 public:
  // A span, named by the order in which it was added, from 1 on; 0 is nobody's parent. `at` reaches what is not told
  // here.
  int add(Kind kind, int parent, int64_t start_ms, int64_t end_ms, std::string_view name);
  int agent(int parent, int64_t start_ms, int64_t end_ms, std::string_view name = "agent");
  // A call to a model that is a step. 100 input and 10 output tokens unless set otherwise.
  int call(int parent, int64_t start_ms, int64_t end_ms, std::string_view model = "claude-sonnet-4");
  // A call of a tool that the latest call before it asked for; "" is no content.
  int tool(int parent, int64_t start_ms, int64_t end_ms, std::string_view name, std::string_view arguments = "",
           std::string_view result = "");
  void fail(int span, std::string_view error_type = "error");
  void usage(int span, Usage usage);
  SpanView& at(int span) { return spans_[span - 1]; }

  // What the call saw. A text is "role: text"; "assistant: @ID name {...}" calls a tool, "tool: @ID text" is its
  // result. Equal texts are one message.
  void sees(int call, std::vector<std::string> messages, std::vector<std::string> system = {"system: be brief"},
            std::vector<std::string> tools = {});
  void answers(int call, std::vector<std::string> messages);

  // The session; the builder is spent. Links, steps, totals and contexts are as query makes them, lanes are worked out.
  SessionView build();
  // Where a span stands in what build() returned.
  static int32_t index_of(const SessionView& session, int span);

 private:
  struct Seen {
    std::vector<std::string> tools, system, body, answers;
    bool is_known = false;
  };
  std::string_view keep(std::string_view text);
  int32_t message(SessionView& view, const std::string& text);
  std::vector<int32_t> messages(SessionView& view, const std::vector<std::string>& texts);
  void link(SessionView& view) const;
  void add_contexts(SessionView& view);
  void sum(SessionView& view) const;

  std::vector<SpanView> spans_;
  std::vector<Seen> seen_;
  int32_t steps_ = 0;
  std::shared_ptr<std::deque<std::string>> texts_ = std::make_shared<std::deque<std::string>>();
  std::vector<std::string> message_texts_;
};

}  // namespace strobe::analyze
