#include "base/arena.h"
#include "query/frame.h"
#include "query/lend.h"
#include "query/query.h"
#include "query/span_loader.h"
#include "query/usage_checks.h"

namespace strobe::query {

Result<SessionView> load_session(store::Store& store, const SessionId& id, Content content, TimeNs now) {
  SessionFrame frame = TRY(load_frame(store, id, now));
  SessionView view;
  view.summary = std::move(frame.summary);
  const auto arena = std::make_shared<Arena>(size_t{1} << 20);
  view.memory.push_back(arena);
  SpanLoader loader(store, *arena);
  view.spans.reserve(frame.spans.size());
  for (size_t i = 0; i < frame.spans.size(); ++i) {
    SpanView span = TRY(loader.load(frame.spans[i], content));
    set_place(span, frame.places[i]);
    span.parent = frame.places[i].parent;
    view.spans.push_back(std::move(span));
  }
  for (size_t i = 0; i < view.spans.size(); ++i) {
    if (view.spans[i].parent >= 0) view.spans[view.spans[i].parent].children.push_back(static_cast<int32_t>(i));
  }
  for (size_t i = 0; i < view.spans.size(); ++i) {
    for (const int32_t recording : frame.recordings[i]) lend_content(view.spans[recording], view.spans[i]);
  }
  view.contradictions = contradictions_of(view);
  return view;
}

}  // namespace strobe::query
