#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "query/outline.h"
#include "query/query.h"

// Parts of a session, for those who must not load all of it.

namespace strobe::query {

// Where a span stands in the order of a session.
struct SpanPosition {
  TimeNs start;
  TraceId trace_id;
  SpanId span_id;
  auto operator<=>(const SpanPosition&) const = default;
};

// The position that SpanWindow::next names. Errors: invalid (no cursor of a list of spans).
Result<SpanPosition> decode_span_cursor(std::string_view cursor);

struct WindowRequest {
  // Only spans that were under way at some moment t with from <= t < to.
  std::optional<TimeNs> from, to;
  std::optional<SpanPosition> after;    // the last span of the page before; none: from the first span on
  size_t limit = 100;                   // of spans; 0 counts as 1
  size_t bytes_max = size_t{16} << 20;  // of content: a page that reaches it ends early, with at least one span
};

// Some of a session's spans, in the order of SessionView::spans. Their `parent` is -1 and their `children` are empty,
// as both may lie outside: facts.parent_span_id names the parent. Owns the memory of its spans.
struct SpanWindow {
  std::vector<SpanView> spans;
  std::optional<std::string> next;  // for decode_span_cursor(); none: this was the last page
  std::shared_ptr<Arena> memory;
};

// Histories and other sequences stay in the store: such values have the type `stored`. Reads the window's own spans;
// the outline must be as the store is now. Errors: what the store says.
Result<SpanWindow> load_window(store::Store& store, const SessionOutline& outline, const WindowRequest& request);

// A session for read_transcript(): all spans with their facts and places, but only LLM calls are unpacked; the others'
// `raw` is null. Errors: not_found, and what the store says.
Result<SessionView> load_calls(store::Store& store, const SessionId& id, TimeNs now);

// One span with everything it carried. Errors: not_found, and what the store says.
struct WholeSpan {
  SpanView view;
  std::shared_ptr<Arena> memory;
};
Result<WholeSpan> load_whole_span(store::Store& store, const TraceId& trace, const SpanId& span);

// A page of the messages of one context: its system messages, then the others.
struct ContextPage {
  size_t messages = 0;  // of the whole context
  size_t system = 0;    // so many of them, at the beginning, are the system prompt
  size_t tools = 0;     // definitions of the whole context
  std::vector<ContextMessage> page;
  std::vector<ContextMessage> tool_page;  // the definitions; only in the page that begins at 0
  bool is_cut = false;                    // the page ended early, at `bytes_max`
  std::shared_ptr<Arena> memory;
};
struct ContextRequest {
  size_t begin = 0;  // the first message's place in the context
  size_t limit = 100;
  size_t bytes_max = size_t{16} << 20;  // as for windows
};
// Reads no message outside the page. Errors: not_found, corrupt, and what the store says.
Result<ContextPage> read_context_page(store::Store& store, const ContextId& id, const ContextRequest& request);

}  // namespace strobe::query
