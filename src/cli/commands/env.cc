#include "cli/commands/commands.h"
#include "json/write.h"
#include "launch/environment.h"
#include "launch/live_server.h"
#include "net/http.h"

namespace strobe::cli {

namespace {

constexpr uint16_t k_otlp_http_port = 4318;

// What is printed, in either form.
struct Answer {
  std::string endpoint;
  bool is_live = false;  // a server listens there now
  launch::EnvironmentChange change;
  const launch::Agent* agent = nullptr;
};

std::string with_endpoint(std::string_view text, const std::string& endpoint) {
  std::string answer(text);
  if (const size_t at = answer.find("$E"); at != std::string::npos) answer.replace(at, 2, endpoint);
  return answer;
}

// Where `strobe serve` would listen, as a client would reach it.
Result<std::string> assumed_endpoint(const std::string& listen) {
  auto [host, port] = TRY(net::parse_address(listen));
  if (host == "0.0.0.0" || host == "::") host = "127.0.0.1";
  if (port == 0) port = k_otlp_http_port;
  return "http://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

// For a POSIX shell: nothing means anything between single quotes but the quote itself.
std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

// The same, but without quotes where none are needed.
std::string word(const std::string& value) {
  const bool is_plain = value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-=/:") == std::string::npos;
  return is_plain && !value.empty() ? value : quoted(value);
}

std::string as_text(const Answer& answer, const std::string& store_path) {
  std::string text;
  // A comment ends at the line's end, which a path must not bring.
  const auto comment = [&](const std::string& line) { text += "# " + view::safe(line) + "\n"; };
  if (!answer.is_live) {
    comment("no server listens for " + store_path + " now: " + answer.endpoint +
            " is assumed; strobe serve starts one there");
  }
  if (answer.agent != nullptr) {
    comment(std::string(answer.agent->title));
    for (const std::string_view note : answer.agent->notes) comment(std::string(note));
    if (!answer.agent->arguments.empty()) {
      std::string line = std::string(answer.agent->name);
      for (const std::string_view argument : answer.agent->arguments)
        line += " " + word(with_endpoint(argument, answer.endpoint));
      comment("  " + line);
    }
  }
  for (const std::string& name : answer.change.removed) text += "unset " + name + "\n";
  for (const auto& [name, value] : answer.change.set) text += "export " + name + "=" + quoted(value) + "\n";
  return text;
}

std::string as_json(const Answer& answer) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_object().key("endpoint").string(answer.endpoint).key("listening").boolean(answer.is_live).key("agent");
  if (answer.agent == nullptr) {
    writer.null();
  } else {
    writer.string(answer.agent->name);
  }
  writer.key("set").begin_object();
  for (const auto& [name, value] : answer.change.set) writer.key(name).string(value);
  writer.end_object().key("unset").begin_array();
  for (const std::string& name : answer.change.removed) writer.string(name);
  writer.end_array().key("arguments").begin_array();
  if (answer.agent != nullptr) {
    for (const std::string_view argument : answer.agent->arguments)
      writer.string(with_endpoint(argument, answer.endpoint));
  }
  writer.end_array().key("notes").begin_array();
  if (answer.agent != nullptr) {
    for (const std::string_view note : answer.agent->notes) writer.string(note);
  }
  writer.end_array().end_object();
  return writer.take() + "\n";
}

Result<int> run(const Session& session, const Invocation& invocation) {
  Answer answer;
  answer.agent = launch::find_agent(invocation.get("for"));
  const auto live = launch::find_live_server(session.store_path);
  answer.is_live = live.has_value();
  answer.endpoint = live ? *live : TRY(assumed_endpoint(session.settings.get("listen").text));
  answer.change = launch::telemetry_change(launch::own_environment(), answer.endpoint, answer.agent);
  TRY_VOID(print(session.json ? as_json(answer) : as_text(answer, session.store_path)));
  return 0;
}

}  // namespace

const Command& env_command() {
  static const Command command = {.name = "env",
                                  .summary = "prints the variables that make an agent send its telemetry here",
                                  .options = {{"--for", "AGENT", "only what this agent needs", launch::agent_names()}},
                                  .run = run};
  return command;
}

}  // namespace strobe::cli
