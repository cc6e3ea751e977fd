#include "context/split_test_support.h"

#include <gtest/gtest.h>

#include <unordered_set>

#include "codec/sha256.h"
#include "context/join.h"

namespace strobe::context::test {

Message parse_test_element(ElementFormat, const json::Node& element, Arena&) {
  const json::Node* inner = element.find("message");
  const json::Node& body = inner != nullptr ? *inner : element;
  Message message;
  message.role = body.string_at("role");
  Part part;
  if (const json::Node* content = body.find("content"); content != nullptr && content->is_string()) {
    part.text = content->text;
  } else {
    part.type = PartType::other;
    part.payload = {element.raw.empty() ? element.text : element.raw, !element.raw.empty()};
  }
  message.parts.push_back(part);
  return message;
}

SplitRecord Recorder::split(const TestSpan& from) {
  std::vector<KeyValue> attributes;
  for (const auto& [key, value] : from.attributes) attributes.push_back({key, value});
  RawSpan raw;
  raw.trace_id = from.trace_id;
  raw.span_id = "12345678";
  raw.attributes = attributes;
  NormalSpan span;
  span.facts.kind = from.kind;
  span.content = from.content;
  return splitter.split(raw, span);
}

Splitter::Output Recorder::take() {
  auto output = splitter.take_output();
  std::unordered_set<BlobId> seen;
  for (const Piece& piece : output.pieces) {
    EXPECT_TRUE(seen.insert(piece.id).second) << "a piece twice";
    if (pieces.find(piece.id) == nullptr) {
      literal_bytes += piece.literal.size();
      similar_pieces += piece.similar_to ? 1 : 0;
    }
    pieces.add(piece);
    for (const PieceRef& ref : piece.refs) EXPECT_NE(pieces.find(ref.id), nullptr) << "a piece before what it needs";
    if (piece.similar_to) {
      EXPECT_NE(pieces.find(*piece.similar_to), nullptr) << "no base";
      EXPECT_TRUE(piece.refs.empty());
    }
    const auto content = pieces.content(piece.id);
    EXPECT_TRUE(content);
    EXPECT_EQ(content ? content->size() : 0, piece.size);
    EXPECT_EQ(BlobId{codec::sha256(content ? *content : "").bytes}, piece.id);
  }
  return output;
}

std::string Recorder::describe(const SplitRecord& record) {
  std::string text;
  for (const Reference& reference : record.packed.refs) {
    if (const auto* id = std::get_if<BlobId>(&reference)) {
      text += id->hex() + "\n";
    } else {
      for (const BlobId& item : std::get<std::shared_ptr<Sequence>>(reference)->items) text += item.hex() + ",";
      text += "\n";
    }
  }
  return text;
}

Result<std::vector<KeyValue>> attributes_again(const SplitRecord& record, const PieceMap& pieces, Arena& arena) {
  PieceMapSource source(pieces, record.packed.refs, arena);
  const RawSpan span = TRY(unpack_span(arena.copy(record.packed.bytes), source, Fetch::everything, arena));
  return std::vector<KeyValue>(span.attributes.begin(), span.attributes.end());
}

void expect_exact(const TestSpan& span, const SplitRecord& record, const PieceMap& pieces) {
  Arena arena;
  const auto back = attributes_again(record, pieces, arena);
  ASSERT_TRUE(back) << back.error().message;
  ASSERT_EQ(back->size(), span.attributes.size());
  for (size_t i = 0; i < back->size(); ++i) {
    ASSERT_EQ((*back)[i].key, span.attributes[i].first);
    ASSERT_TRUE(identical((*back)[i].value, span.attributes[i].second));
  }
}

std::string escaped(std::string_view text, EscapeStyle style) {
  std::string out;
  append_in_style(out, text, style == EscapeStyle::verbatim ? EscapeStyle::json_minimal : style);
  return out;
}

std::string random_words(std::mt19937_64& random, size_t size) {
  static constexpr std::string_view k_hard[] = {"\"",
                                                "\\",
                                                "/",
                                                "\n",
                                                "\t",
                                                "\x01",
                                                "\x7f",
                                                "<b>&",
                                                "\xc3\xa9",
                                                "\xe2\x80\xa8",
                                                "\xf0\x9f\x98\x80",
                                                "\xed\xa0\x80",
                                                "\xff",
                                                "}],[{",
                                                "\b\f"};
  std::string text;
  const bool is_hard = random() % 2 == 0;
  while (text.size() < size) {
    if (is_hard && random() % 8 == 0) text += k_hard[random() % std::size(k_hard)];
    for (size_t letters = 1 + random() % 8; letters > 0; --letters) text += static_cast<char>('a' + random() % 26);
    text += ' ';
  }
  return text;
}

std::string random_message(std::mt19937_64& random, EscapeStyle style) {
  static constexpr std::string_view k_roles[] = {"user", "assistant", "tool", "system"};
  static constexpr size_t k_sizes[] = {3, 40, 250, 300, 1000, 6000};
  const std::string_view colon = random() % 2 == 0 ? ":" : " : ";
  std::string text = "{\"role\"";
  text += colon;
  text += '"';
  text += k_roles[random() % (random() % 8 == 0 ? 4 : 3)];
  text += "\",\"content\"";
  text += colon;
  text += '"' + escaped(random_words(random, k_sizes[random() % std::size(k_sizes)]), style) + '"';
  if (random() % 3 == 0) text += ",\"x\":[1,{\"y\":[]},\"\\u0041\",-0.0e5]";
  return text + "}";
}

std::string list_of(const std::vector<std::string>& elements, uint64_t layout) {
  static constexpr std::string_view k_separators[] = {",", ", ", ",\n  ", " , "};
  const std::string_view separator = k_separators[layout % 4];
  std::string text = layout % 3 == 0 ? "[" : " [\n";
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) text += layout % 7 == 0 && i % 3 == 0 ? std::string_view(",  ") : separator;
    text += elements[i];
  }
  return text + (layout % 5 == 0 ? " ]\n" : "]");
}

std::string random_nasty(std::mt19937_64& random) {
  std::string text;
  switch (random() % 8) {
    case 0: text = random_words(random, random() % 9000); break;
    case 1: {
      const auto style = static_cast<EscapeStyle>(random() % 5);
      text = '"' + escaped(random_words(random, random() % 3000), style) + '"';
      break;
    }
    case 2: text = std::string(random() % 2000, "[{\" "[random() % 4]); break;
    case 3:
      for (size_t size = random() % 90000; text.size() < size;) text += random_words(random, 3000);
      break;
    case 4: text = "[" + std::string(random() % 600, '[') + "]"; break;
    default: {
      std::vector<std::string> elements(random() % 12);
      for (auto& element : elements) {
        element = random() % 8 == 0 ? "12" : random_message(random, static_cast<EscapeStyle>(random() % 5));
      }
      text = list_of(elements, random());
      if (random() % 2 == 0) {
        text = "{\"model\":\"m\",\"messages\":" + text + ",\"tools\" : " + list_of(elements, random()) +
               ",\"n\":" + std::string(random() % 200, '1') + "}";
      }
    }
  }
  if (random() % 3 == 0 && !text.empty()) text.resize(random() % text.size());
  if (random() % 6 == 0 && !text.empty()) text[random() % text.size()] = static_cast<char>(random());
  if (random() % 10 == 0) text += "garbage";
  return text;
}

}  // namespace strobe::context::test
