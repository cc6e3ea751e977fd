#include "query/span_loader.h"

#include "context/canonical.h"
#include "dialect/dialect.h"

namespace strobe::query {

Result<SpanView> SpanLoader::load(const store::StoredSpan& stored, Content content) {
  const auto fetch = content == Content::everything ? context::Fetch::everything : context::Fetch::without_sequences;
  SpanView view;
  view.raw = TRY(reader_.span(stored, fetch));
  view.span = dialect::normalise(*view.raw, arena_);
  // The facts were settled when the span came in, with its whole content at hand.
  view.span.facts = stored.facts;
  for (const Message& message : view.span.output) view.output_messages.push_back(context::message_id(message));
  return view;
}

}  // namespace strobe::query
