#include "config/file_values.h"

#include <algorithm>
#include <optional>

namespace {
struct ParserTripped {};
[[gnu::noinline]] void trip() { throw ParserTripped(); }
}  // namespace

// toml++ 3.3 asserts on some broken texts ("[#", "= }"). For us that is an answer like any other, in every build:
// NDEBUG would turn its assertions into promises to the compiler.
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : trip())
#define TOML_EXCEPTIONS 0
// And it promises the compiler that letters from U+00A1 to U+0499 are never asked whether they are white space: outside
// strings and comments they are. The answer is no. These promises are all that this header of its has.
#include <toml++/impl/forward_declarations.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE return false
#include <toml++/impl/unicode.h>
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE __builtin_unreachable()
#include <toml++/toml.h>

#include "base/nearest.h"
#include "config/setting.h"

namespace strobe::config {

namespace {

std::string place(const std::string& path, const toml::source_region& source) {
  return path + ":" + std::to_string(source.begin.line);
}

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "a number";
    case toml::node_type::boolean: return "a boolean";
    default: return "something else";
  }
}

// The value as text. Errors: invalid when it has the wrong type.
Result<std::string> text_of(const Setting& setting, const toml::node& node) {
  if (setting.type == SettingType::number) {
    if (const auto number = node.value_exact<int64_t>()) return std::to_string(*number);
    return fail(ErrorCode::invalid, "takes a number, not " + std::string(type_name(node)));
  }
  if (const auto text = node.value_exact<std::string>()) return *text;
  const toml::array* array = node.as_array();
  if (setting.type != SettingType::names || array == nullptr) {
    const std::string wanted = setting.type == SettingType::names ? "a string or an array of strings" : "a string";
    return fail(ErrorCode::invalid, "takes " + wanted + ", not " + std::string(type_name(node)));
  }
  std::string joined;
  for (const toml::node& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text)
      return fail(ErrorCode::invalid, "takes an array of strings, with " + std::string(type_name(element)) + " in it");
    joined += (joined.empty() ? "" : ",") + *text;
  }
  return joined;
}

struct Known {
  std::span<const Setting> further;

  const Setting* find(std::string_view name) const {
    if (const Setting* setting = find_setting(name)) return setting;
    const auto found = std::ranges::find(further, name, &Setting::name);
    return found == further.end() ? nullptr : &*found;
  }
  // "analyze" is one, where "analyze.error_loop.high_from" is a setting.
  bool is_table(std::string_view name) const {
    return std::ranges::any_of(further, [&](const Setting& setting) {
      return setting.name.size() > name.size() && setting.name.starts_with(name) && setting.name[name.size()] == '.';
    });
  }
  std::string nearest_to(std::string_view name) const {
    std::vector<std::string_view> names = setting_names();
    for (const Setting& setting : further) {
      names.push_back(setting.name);
      // A table's name may be the one that is misspelt.
      for (size_t dot = setting.name.find('.'); dot != std::string_view::npos; dot = setting.name.find('.', dot + 1)) {
        names.push_back(setting.name.substr(0, dot));
      }
    }
    return nearest(name, names);
  }
};

Result<FileValue> value_of(const Known& known, std::string_view name, const toml::node& node, const std::string& at) {
  const Setting* setting = known.find(name);
  if (setting == nullptr && known.is_table(name)) {
    return fail(ErrorCode::invalid,
                at + ": " + std::string(name) + ": takes a table, not " + std::string(type_name(node)));
  }
  if (setting == nullptr) {
    const std::string meant = known.nearest_to(name);
    return fail(ErrorCode::invalid, at + ": there is no setting '" + std::string(name) + "'",
                meant.empty() ? "strobe config lists them" : "did you mean '" + meant + "'?");
  }
  auto text = text_of(*setting, node);
  if (!text) return std::unexpected(std::move(text).error().with_context(at + ": " + std::string(name)));
  if (const auto checked = check_value(*setting, *text); !checked) {
    Error error = checked.error();
    error.message = at + ": " + std::string(name) + " " + error.message;
    return std::unexpected(std::move(error));
  }
  return FileValue{std::string(name), std::move(*text), node.source().begin.line};
}

// Goes no deeper than names of settings have dots.
Result<void> add_values(const Known& known, const std::string& before, const toml::table& table,
                        const std::string& path, std::vector<FileValue>& values) {
  for (const auto& [key, node] : table) {
    const std::string name = before + std::string(key.str());
    if (const toml::table* inner = node.as_table(); inner != nullptr && known.is_table(name)) {
      TRY_VOID(add_values(known, name + ".", *inner, path, values));
    } else {
      values.push_back(TRY(value_of(known, name, node, place(path, key.source()))));
    }
  }
  return {};
}

// What the parser says, or nothing where it trips over one of its own assertions.
std::optional<toml::parse_result> parse(std::string_view content, const std::string& path) {
  try {
    return toml::parse(content, path);
  } catch (const ParserTripped&) {
    return std::nullopt;
  }
}

// The line, 1-based, at which it trips: the last one of the shortest beginning that it trips over.
size_t line_it_trips_at(std::string_view content, const std::string& path) {
  std::vector<size_t> ends;
  for (size_t at = content.find('\n'); at != std::string_view::npos; at = content.find('\n', at + 1))
    ends.push_back(at + 1);
  const auto reads = [&](size_t end) { return parse(content.substr(0, end), path).has_value(); };
  return static_cast<size_t>(std::partition_point(ends.begin(), ends.end(), reads) - ends.begin()) + 1;
}

}  // namespace

Result<std::vector<FileValue>> read_file_values(std::string_view content, const std::string& path,
                                                std::span<const Setting> further) {
  const std::string_view hint = "the file is TOML: NAME = \"VALUE\", one a line";
  const std::optional<toml::parse_result> tried = parse(content, path);
  if (!tried) {
    return fail(ErrorCode::invalid, path + ":" + std::to_string(line_it_trips_at(content, path)) + ": broken TOML",
                std::string(hint));
  }
  const toml::parse_result& parsed = *tried;
  if (!parsed) {
    return fail(ErrorCode::invalid,
                place(path, parsed.error().source()) + ": " + std::string(parsed.error().description()),
                std::string(hint));
  }
  std::vector<FileValue> values;
  TRY_VOID(add_values({further}, "", parsed.table(), path, values));
  return values;
}

}  // namespace strobe::config
