#include <algorithm>

#include "context/canonical.h"
#include "context/element.h"
#include "dialect/dialect.h"
#include "query/window.h"

namespace strobe::query {

namespace {

// One message of a context on its way to be read: where it is stored, and how.
struct Element {
  uint64_t blob = 0;
  ElementFormat format = ElementFormat::none;
};

Result<std::vector<Element>> elements_of(store::Store& store, uint64_t sequence, ElementFormat format) {
  std::vector<Element> elements;
  if (sequence == 0) return elements;
  for (const uint64_t blob : TRY(store.fetch_sequence(sequence))) elements.push_back({blob, format});
  return elements;
}

// Appends elements [begin, end) until `bytes_left` is used up; false: it was.
Result<bool> read_elements(store::Store& store, std::span<const Element> elements, size_t& bytes_left, Arena& arena,
                           std::vector<ContextMessage>& out) {
  for (const Element& element : elements) {
    if (bytes_left == 0) return false;
    const std::string_view bytes = arena.copy(TRY(store.fetch_blob(element.blob)));
    bytes_left -= std::min(bytes_left, bytes.size());
    Message message = context::element_message(dialect::parse_element, element.format, bytes, arena).message;
    const MessageId id = context::message_id(message);
    out.push_back({id, std::move(message)});
  }
  return true;
}

}  // namespace

Result<ContextPage> read_context_page(store::Store& store, const ContextId& id, const ContextRequest& request) {
  const auto stored = TRY(store.context(id));
  if (!stored) return fail(ErrorCode::not_found, "no context " + id.hex());
  const auto tools = TRY(elements_of(store, stored->tools, stored->tools_format));
  auto messages = TRY(elements_of(store, stored->system, stored->system_format));
  const auto input = TRY(elements_of(store, stored->input, stored->input_format));
  if (stored->leading > input.size()) return fail(ErrorCode::corrupt, "context " + id.hex() + " has a bad head");
  ContextPage page{.memory = std::make_shared<Arena>(size_t{1} << 16)};
  page.system = messages.size() + stored->leading;
  messages.insert(messages.end(), input.begin(), input.end());
  page.messages = messages.size();
  page.tools = tools.size();
  const size_t begin = std::min(request.begin, messages.size());
  const size_t count = std::min(std::max<size_t>(request.limit, 1), messages.size() - begin);
  size_t bytes_left = std::max<size_t>(request.bytes_max, 1);
  const auto wanted = std::span(messages).subspan(begin, count);
  page.is_cut = !TRY(read_elements(store, wanted, bytes_left, *page.memory, page.page));
  if (begin > 0) return page;
  // Definitions are what a page is for, too: they have a budget of their own.
  bytes_left = std::max<size_t>(request.bytes_max, 1);
  page.is_cut = !TRY(read_elements(store, tools, bytes_left, *page.memory, page.tool_page)) || page.is_cut;
  return page;
}

}  // namespace strobe::query
