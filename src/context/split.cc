#include "context/split.h"

#include <algorithm>

#include "base/assert.h"
#include "context/canonical.h"
#include "context/cutter.h"
#include "context/flat.h"
#include "context/list.h"
#include "context/pack.h"
#include "context/piece_map.h"
#include "json/escape.h"

namespace strobe::context {

namespace {

// One ingredient of the call's context, found in the record.
struct Source {
  ContentRole role = ContentRole::input;
  ElementFormat format = ElementFormat::none;
  const Value* value = nullptr;  // null: a flat group
  std::optional<FlatGroup> group;
  const KeyValue* group_begin = nullptr;  // the attribute it begins with, when the group leaves the record
  std::string_view key;
  std::shared_ptr<Tip> list;  // all that came of it
};

// Whether a JSON list has more elements than are cut. Only text with many commas is read for it.
bool has_too_many_elements(std::string_view text) {
  if (static_cast<size_t>(std::ranges::count(text, ',')) < k_items_max) return false;
  JsonCutter cutter(text, CutMode::list, nullptr);
  size_t elements = 0;
  while (elements <= k_items_max && cutter.next()) ++elements;
  return elements > k_items_max;
}

// Takes the values of one record out while it is packed.
class RecordSplitter : public Extractor {
 public:
  RecordSplitter(ListSplitter& lists, SplitStats& stats, std::string_view trace_id, Kind kind)
      : lists_(lists), stats_(stats), trace_id_(trace_id), kind_(kind) {}

  void find_sources(std::span<const KeyValue> raw_attributes, std::span<const ContentSource> contents) {
    for (const ContentSource& content : contents) {
      // A prompt that is in no context is a big value like any other.
      if (content.format == ElementFormat::vercel_prompt || content.format == ElementFormat::none) continue;
      Source source{content.role, content.format, nullptr, std::nullopt, nullptr, content.key, nullptr};
      if (content.shape == ContentShape::flat_list) {
        find_group(raw_attributes, source);
      } else {
        source.value = content.value != nullptr ? content.value : find_attribute(raw_attributes, content.key);
        if (source.value != nullptr) split_source(source, content.shape);
      }
      if (source.list != nullptr) sources_.push_back(std::move(source));
    }
  }

  Hole extract(std::string_view key, const Value& value) override {
    for (const Source& source : sources_) {
      if (source.value == &value) return source_hole(source);
    }
    const bool is_long = value.as_text().size() >= k_payload_bytes_min;
    return is_long ? text_hole(key, value.as_text(), value.type == ValueType::bytes) : Hole();
  }

  std::optional<FlatHole> extract_flat(std::span<const KeyValue> attributes, size_t at) override {
    for (const Source& source : sources_) {
      if (source.group_begin != &attributes[at]) continue;
      ++stats_.values_split;
      return FlatHole{refer(source.list->sequence), source.key, source.group->first, *source.group->order,
                      source.group->attributes};
    }
    return std::nullopt;
  }

  std::optional<ContextRecord> context() const;
  bool has_cut_content() const {
    return std::ranges::any_of(sources_, [](const Source& source) { return source.list->cut; });
  }
  std::vector<Reference> take_refs() { return std::move(refs_); }

 private:
  std::shared_ptr<Tip> list(std::string_view key, ListMode mode, std::string_view text,
                            ElementFormat format = ElementFormat::none, std::span<const uint32_t> ends = {}) {
    return lists_.split({trace_id_, key, mode, format, text, ends});
  }

  void find_group(std::span<const KeyValue> attributes, Source& source) {
    source.group = collect_flat(attributes, source.key);
    if (!source.group) return;
    const PackedItems& items = source.group->items;
    if (items.ends.size() > k_items_max) return;
    source.list = list(source.key, ListMode::packed, items.bytes, source.format, items.ends);
    if (source.group->order) {
      source.group_begin = &attributes[source.group->begin];
    } else {
      ++stats_.values_raw;  // the attributes stay; the context refers to their items all the same
    }
  }

  void split_source(Source& source, ContentShape shape) {
    const Value& value = *source.value;
    if (value.type == ValueType::string || value.type == ValueType::bytes) {
      const std::string_view text = value.as_text();
      if (text.size() > k_split_bytes_max) return;
      const size_t first = skip_space(text, 0);
      const bool is_list =
          shape == ContentShape::json_list && first < text.size() && text[first] == '[' && !has_too_many_elements(text);
      source.list = list(source.key, is_list ? ListMode::json_list : ListMode::whole, text, source.format);
    } else if (value.as_array().size() > k_items_max) {
      return;
    } else if (const auto items = value.type == ValueType::empty ? std::nullopt : pack_items(value)) {
      source.list = list(source.key, ListMode::packed, items->bytes, source.format, items->ends);
    }
  }

  Hole source_hole(const Source& source) {
    const Value& value = *source.value;
    if (value.type != ValueType::string && value.type != ValueType::bytes) {
      ++stats_.values_split;
      return ValueHole{refer(source.list->sequence), value.type == ValueType::array};
    }
    return sequence_hole(*source.list, value.type == ValueType::bytes);
  }

  Hole text_hole(std::string_view key, std::string_view text, bool is_bytes) {
    if (text.size() > k_split_bytes_max) {
      ++stats_.values_raw;
      return {};
    }
    // What a tool takes and gives is one payload, for the same text stands as one string in the next call's input.
    if (kind_ != Kind::tool && text.size() >= k_big_value_bytes_min) {
      const char first = text[std::min(skip_space(text, 0), text.size() - 1)];
      if ((first == '{' || first == '[') && JsonCutter(text, CutMode::parts, nullptr).next()) {
        return sequence_hole(*list(key, ListMode::json_parts, text), is_bytes);
      }
      if (text.size() >= k_chunked_payload_bytes_min) {
        return sequence_hole(*list(key, ListMode::chunks, text), is_bytes);
      }
    }
    ++stats_.values_split;
    if (auto quoted = quoted_hole(text, is_bytes)) return *quoted;
    // Small JSON shares its long strings with others, too: an answer comes back in the next call's input.
    if (kind_ != Kind::tool && text.size() < k_big_value_bytes_min && (text.front() == '{' || text.front() == '[')) {
      return BlobHole{refer(lists_.item(text, TextKind::json)), is_bytes, false, EscapeStyle::verbatim};
    }
    const BlobId id = text.size() < k_big_value_bytes_min ? lists_.payload(text)
                                                          : list(key, ListMode::single, text)->sequence->items.front();
    return BlobHole{refer(id), is_bytes, false, EscapeStyle::verbatim};
  }

  // A JSON text that is one string: the payload is what it decodes to.
  std::optional<BlobHole> quoted_hole(std::string_view text, bool is_bytes) {
    if (text.front() != '"' || end_of_string(text, 0) != text.size()) return std::nullopt;
    Arena arena;
    const std::string_view raw = text.substr(1, text.size() - 2);
    const auto decoded = json::unescape(raw, arena);
    EscapeStyle style = EscapeStyle::verbatim;
    if (!decoded || decoded->size() < k_payload_bytes_min || !find_style(raw, *decoded, style)) return std::nullopt;
    return BlobHole{refer(lists_.payload(*decoded)), is_bytes, true, style};
  }

  Hole sequence_hole(const Tip& list, bool is_bytes) {
    ++stats_.values_split;
    return TextHole{refer(list.sequence), is_bytes, list.separator, list.runs};
  }

  uint64_t refer(Reference reference) {
    refs_.push_back(std::move(reference));
    return refs_.size() - 1;
  }

  ListSplitter& lists_;
  SplitStats& stats_;
  std::string_view trace_id_;
  Kind kind_;
  std::vector<Source> sources_;
  std::vector<Reference> refs_;
};

// Goes on with the walk from where the tip had come with the same head.
ContextId walk(Tip& input, const ContextId& head, size_t leading) {
  if (input.head != head || input.context_leading != leading) {
    input.head = head;
    input.context_leading = leading;
    input.contexts.clear();
  }
  const std::span<const MessageId> body = std::span(input.messages).subspan(leading);
  for (size_t i = input.contexts.size(); i < body.size(); ++i) {
    input.contexts.push_back(context_id(i == 0 ? head : input.contexts.back(), body[i]));
  }
  return body.empty() ? head : input.contexts[body.size() - 1];
}

std::optional<ContextRecord> RecordSplitter::context() const {
  if (kind_ != Kind::llm) return std::nullopt;
  const auto of_role = [&](ContentRole role) {
    const auto found = std::ranges::find(sources_, role, &Source::role);
    return found == sources_.end() ? nullptr : &*found;
  };
  const Source* tools = of_role(ContentRole::tool_definitions);
  const Source* system = of_role(ContentRole::system);
  const Source* input = of_role(ContentRole::input);
  if (system == nullptr && input == nullptr) return std::nullopt;
  ContextRecord record;
  std::vector<MessageId> head;
  const auto add = [](const Source* source, std::shared_ptr<Sequence>& sequence, ElementFormat& format) {
    if (source == nullptr) return;
    sequence = source->list->sequence;
    format = source->format;
  };
  add(tools, record.tools, record.tools_format);
  add(system, record.system, record.system_format);
  add(input, record.input, record.input_format);
  if (system != nullptr) head = system->list->messages;
  size_t leading = 0;
  if (input != nullptr) {
    const auto& items = input->list->items;
    leading = static_cast<size_t>(std::ranges::find(items, false, &TipItem::is_head) - items.begin());
    head.insert(head.end(), input->list->messages.begin(),
                input->list->messages.begin() + static_cast<std::ptrdiff_t>(leading));
    record.messages = static_cast<uint32_t>(input->list->messages.size() - leading);
  }
  record.messages += static_cast<uint32_t>(head.size());
  record.leading = static_cast<uint32_t>(leading);
  const std::vector<MessageId> none;
  record.id = head_id(tools != nullptr ? tools->list->messages : none, head);
  if (input != nullptr) record.id = walk(*input->list, record.id, leading);
  return record;
}

}  // namespace

struct Splitter::State {
  explicit State(const SplitOptions& given)
      : options(given), lists(options, stats, options.verify ? &copies : nullptr) {}

  SplitOptions options;
  SplitStats stats;
  PieceMap copies;  // with options.verify: every piece there ever was
  ListSplitter lists;
};

Splitter::Splitter(SplitOptions options) : state_(std::make_unique<State>(options)) {
  STROBE_ASSERT(options.parser != nullptr);
}

Splitter::~Splitter() = default;

SplitRecord Splitter::split(const RawSpan& raw, const NormalSpan& span) {
  RecordSplitter splitter(state_->lists, state_->stats, raw.trace_id, span.facts.kind);
  splitter.find_sources(raw.attributes, span.content);
  SplitRecord record;
  record.packed.bytes = pack_span(raw, &splitter);
  record.packed.refs = splitter.take_refs();
  record.context = splitter.context();
  record.truncated_content = splitter.has_cut_content();
  state_->lists.end_of_record();
  if (state_->options.verify) {
    Arena arena;
    PieceMapSource source(state_->copies, record.packed.refs, arena);
    const auto back = unpack_span(record.packed.bytes, source, Fetch::everything, arena);
    STROBE_ASSERT(back && identical(back->attributes, raw.attributes));
    STROBE_ASSERT(back && pack_span(*back, nullptr) == pack_span(raw, nullptr));
  }
  return record;
}

SplitRecord Splitter::split(const RawLog& raw, std::span<const ContentSource> content) {
  RecordSplitter splitter(state_->lists, state_->stats, raw.trace_id, Kind::span);
  splitter.find_sources(raw.attributes, content);
  SplitRecord record;
  record.packed.bytes = pack_log(raw, &splitter);
  record.packed.refs = splitter.take_refs();
  state_->lists.end_of_record();
  if (state_->options.verify) {
    Arena arena;
    PieceMapSource source(state_->copies, record.packed.refs, arena);
    const auto back = unpack_log(record.packed.bytes, source, Fetch::everything, arena);
    STROBE_ASSERT(back && pack_log(*back, nullptr) == pack_log(raw, nullptr));
  }
  return record;
}

Splitter::Output Splitter::take_output() { return state_->lists.take_output(); }
void Splitter::forget() { state_->lists.forget(); }
const SplitStats& Splitter::stats() const { return state_->stats; }

}  // namespace strobe::context
