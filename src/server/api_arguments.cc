#include "server/api_arguments.h"

#include <algorithm>

#include "base/ids.h"
#include "base/percent.h"
#include "base/whole_number.h"

namespace strobe::server {

namespace {

// What is quoted from a request in an error is cut to this.
constexpr size_t k_quote_bytes_max = 80;

std::string quoted(std::string_view text) {
  return "'" + std::string(text.substr(0, k_quote_bytes_max)) + (text.size() > k_quote_bytes_max ? "...'" : "'");
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::optional<int64_t> number_of(std::string_view text) { return whole_number<int64_t>(text, 0); }

std::string joined(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

Result<void> check(const Parameter& parameter, std::string_view value) {
  const auto wrong = [&](const std::string& wanted) {
    return fail(ErrorCode::invalid, std::string(parameter.name) + " is " + quoted(value),
                std::string(parameter.name) + " takes " + wanted);
  };
  switch (parameter.type) {
    case ParameterType::text:
    case ParameterType::moment: break;
    case ParameterType::number: {
      const auto number = number_of(value);
      if (!number || *number < parameter.minimum || *number > parameter.maximum) {
        return wrong("a number from " + std::to_string(parameter.minimum) + " to " + std::to_string(parameter.maximum));
      }
      break;
    }
    case ParameterType::time_ns:
      if (!number_of(value)) return wrong("nanoseconds since 1970-01-01, as decimal digits");
      break;
    case ParameterType::choice:
      if (std::ranges::find(parameter.choices, value) == parameter.choices.end())
        return wrong("one of: " + joined(parameter.choices));
      break;
    case ParameterType::hex:
      if (value.size() != static_cast<size_t>(parameter.maximum) || !from_hex(value)) {
        return wrong(std::to_string(parameter.maximum) + " hexadecimal digits");
      }
      break;
  }
  return {};
}

std::string known_parameters(std::span<const Parameter> parameters) {
  std::vector<std::string_view> names;
  for (const Parameter& parameter : parameters) {
    if (parameter.place == ParameterPlace::query) names.push_back(parameter.name);
  }
  return names.empty() ? "this takes no parameters" : "this takes: " + joined(names);
}

// Forms send a blank as '+'.
std::string with_blanks(std::string_view encoded) {
  std::string out(encoded);
  std::ranges::replace(out, '+', ' ');
  return out;
}

}  // namespace

std::string_view Arguments::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

int64_t Arguments::number(std::string_view name, int64_t fallback) const {
  return number_of(text(name)).value_or(fallback);
}

std::optional<TimeNs> Arguments::time(std::string_view name) const {
  const auto number = number_of(text(name));
  return number ? std::optional(TimeNs{*number}) : std::nullopt;
}

Result<void> Arguments::set(const Parameter& parameter, std::string_view encoded) {
  const std::string name(parameter.name);
  auto value = percent_decode(encoded);
  if (!value)
    return fail(ErrorCode::invalid, name + " is not percent-encoded: " + quoted(encoded),
                "a '%' stands before two hexadecimal digits");
  if (value->empty()) return fail(ErrorCode::invalid, name + " is empty", "leave it out instead");
  if (value->size() > k_argument_bytes_max) {
    return fail(ErrorCode::invalid, name + " is longer than " + std::to_string(k_argument_bytes_max) + " bytes");
  }
  if (std::ranges::any_of(*value, is_control)) return fail(ErrorCode::invalid, name + " holds control characters");
  TRY_VOID(check(parameter, *value));
  if (!values_.emplace(name, *std::move(value)).second) return fail(ErrorCode::invalid, name + " is given twice");
  return {};
}

std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

Result<void> read_query(std::string_view query, std::span<const Parameter> parameters, Arguments& arguments) {
  size_t count = 0;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    if (++count > k_arguments_max)
      return fail(ErrorCode::invalid, "more than " + std::to_string(k_arguments_max) + " parameters");
    const size_t equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    const auto parameter = std::ranges::find_if(
        parameters, [&](const Parameter& known) { return known.place == ParameterPlace::query && known.name == name; });
    if (parameter == parameters.end()) {
      return fail(ErrorCode::invalid, "there is no parameter " + quoted(name) + " here", known_parameters(parameters));
    }
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    TRY_VOID(arguments.set(*parameter, with_blanks(value)));
  }
  for (const Parameter& parameter : parameters) {
    if (!parameter.is_required || arguments.has(parameter.name)) continue;
    return fail(ErrorCode::invalid, std::string(parameter.name) + " is missing", known_parameters(parameters));
  }
  return {};
}

Result<size_t> place_of_cursor(std::string_view cursor, std::string_view list) {
  if (cursor.empty()) return size_t{0};
  if (const auto place = whole_number<size_t>(cursor)) return *place;
  return fail(ErrorCode::invalid, "this is no cursor of " + std::string(list), "use next_cursor of the page before");
}

}  // namespace strobe::server
