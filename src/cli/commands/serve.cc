#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "cli/commands/commands.h"
#include "cli/session_log_options.h"
#include "cli/session_store.h"
#include "cli/store_trouble.h"
#include "launch/live_server.h"
#include "net/http.h"
#include "server/memory_plan.h"
#include "server/server.h"

namespace strobe::cli {

namespace {

constexpr int k_stop_grace_ms = 5000;
constexpr std::chrono::seconds k_log_finish_max{10};

// Blocks the signals that end a server, so that every thread started afterwards inherits that and one can wait for
// them.
sigset_t block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

// A file that may not grow any more is an error of the write that wanted it to, not the end of the server.
void survive_size_limit() { std::signal(SIGXFSZ, SIG_IGN); }

// Connections and the store's files need more descriptors than the 1024 that many shells allow; a server without any
// left could neither accept nor write.
void raise_descriptor_limit() {
  constexpr rlim_t k_wanted = 4096;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= k_wanted) return;
  limit.rlim_cur = std::min(limit.rlim_max, k_wanted);
  setrlimit(RLIMIT_NOFILE, &limit);
}

// "a, b" -> {"a", "b"}
std::vector<std::string> names_of(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view name = list.substr(0, comma);
    const size_t begin = name.find_first_not_of(' ');
    if (begin != std::string_view::npos) names.emplace_back(name.substr(begin, name.find_last_not_of(' ') - begin + 1));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return names;
}

// Where gRPC has an address of its own; nothing: it has none. Unless somebody chose one, a server on any free port
// takes any free port for gRPC too.
Result<std::optional<net::Listen>> grpc_listen(const config::Settings& settings, uint16_t http_port) {
  const config::SettingValue& value = settings.get("grpc");
  if (value.text == "off") return std::nullopt;
  auto [host, port] = TRY(net::parse_address(value.text));
  if (value.origin == config::Origin::fallback && http_port == 0) port = 0;
  return net::Listen{host, port};
}

// The limit on memory; where nobody chose one, no smaller than the largest request needs.
Result<server::MemoryPlan> memory_plan(const config::Settings& settings) {
  const size_t body_bytes = static_cast<size_t>(settings.number("max_body_mib")) << 20;
  const size_t least = server::memory_min(body_bytes);
  size_t limit = static_cast<size_t>(settings.number("memory_mib")) << 20;
  if (settings.get("memory_mib").origin == config::Origin::fallback) limit = std::max(limit, least);
  if (limit < least) {
    return fail(ErrorCode::invalid, "memory_mib must be " + std::to_string(least >> 20) +
                                        " or more for requests of max_body_mib = " + settings.get("max_body_mib").text);
  }
  return server::plan_memory(limit, body_bytes);
}

Result<server::ServerOptions> server_options(const config::Settings& settings, const server::MemoryPlan& memory,
                                             const std::string& store_path) {
  server::ServerOptions options;
  const auto [host, port] = TRY(net::parse_address(settings.get("listen").text));
  options.http.host = host;
  options.http.port = port;
  options.http.grpc_listen = TRY(grpc_listen(settings, port));
  options.http.body_bytes_max = static_cast<size_t>(settings.number("max_body_mib")) << 20;
  options.http.receiving_bytes_max = memory.arriving_bytes;
  options.http.sending_bytes_max = memory.answers_bytes;
  options.memory_limit_bytes = memory.limit_bytes;
  options.api.readers.is_memory_short = [memory] { return server::is_memory_short(memory.questions_bytes); };
  options.http.header_timeout_seconds = static_cast<int>(settings.number("header_seconds"));
  options.http.body_timeout_seconds = static_cast<int>(settings.number("body_seconds"));
  options.http.idle_timeout_seconds = static_cast<int>(settings.number("idle_seconds"));
  options.http.allowed_hosts = names_of(settings.get("allow_host").text);
  options.api.open_store = [store_path] { return open_for_reading(store_path); };
  options.version = STROBE_VERSION;
  options.store_path = store_path;
  return options;
}

// A port that is taken ends it, but for the one of gRPC that nobody asked for: gRPC is taken on the other address too.
Result<std::unique_ptr<server::Server>> start(const config::Settings& settings, server::ServerOptions options,
                                              ingest::Pipeline& pipeline) {
  auto server = server::Server::start(options, pipeline);
  if (server || server.error().code != ErrorCode::conflict) return server;
  if (options.http.grpc_listen && settings.get("grpc").origin == config::Origin::fallback) {
    options.http.grpc_listen = std::nullopt;
    auto without = server::Server::start(std::move(options), pipeline);
    if (without) {
      std::fprintf(stderr, "strobe: %s: OTLP/gRPC is taken on %s alone\n", view::safe(server.error().message).c_str(),
                   without.value()->url().c_str());
      return without;
    }
  }
  server.error().hint = "choose others with --listen ADDR and --grpc ADDR (port 0: any free one; --grpc off: none)";
  return server;
}

void say_where(const server::Server& server, const server::ServerOptions& options, const std::string& store_path) {
  std::fprintf(stderr, "strobe: listening on %s (OTLP over HTTP and gRPC, /api), store %s\n", server.url().c_str(),
               store_path.c_str());
  if (server.grpc_port() == 0) return;
  std::fprintf(stderr, "strobe: OTLP/gRPC on %s too\n",
               net::format_address(options.http.grpc_listen->host, server.grpc_port()).c_str());
}

Result<int> run(const Session& session, const Invocation&) {
  const sigset_t stop_signals = block_stop_signals();
  const auto memory = memory_plan(session.settings);
  if (!memory) return wrong_usage(memory.error().message, "strobe serve --help");
  const auto options = server_options(session.settings, *memory, session.store_path);
  if (!options) return wrong_usage(options.error().message, "strobe serve --help");
  auto log_options = session_log_options(session.settings);
  if (!log_options) return wrong_usage(log_options.error().message, log_options.error().hint);
  const auto store = TRY(open_for_writing(session.store_path));
  auto lock = TRY(launch::ServerLock::acquire(session.store_path));
  raise_descriptor_limit();
  survive_size_limit();
  StoreTrouble trouble(session.store_path);
  std::unique_ptr<session_log::SessionLog> log;
  if (*log_options) {
    (*log_options)->is_memory_short = options->api.readers.is_memory_short;
    log = std::make_unique<session_log::SessionLog>([path = session.store_path] { return open_for_reading(path); },
                                                    **log_options);
  }
  ingest::Pipeline pipeline(
      *store, {.queue_bytes_max = memory->queue_bytes,
               .request_bytes_max = memory->request_bytes,
               .on_trouble = [&trouble](const Error* error) { trouble.tell(error, std::chrono::steady_clock::now()); },
               .on_derived =
                   [log = log.get()](std::span<const SessionId> sessions) {
                     if (log != nullptr) log->note(sessions);
                   }});
  const auto server = TRY(start(session.settings, *options, pipeline));
  TRY_VOID(lock.publish(server->url()));
  say_where(*server, *options, session.store_path);
  int signal = 0;
  sigwait(&stop_signals, &signal);
  lock.withdraw();
  server->stop(k_stop_grace_ms);
  pipeline.stop();
  if (log) log->finish(k_log_finish_max);
  const ingest::PipelineStats stats = pipeline.stats();
  std::fprintf(
      stderr, "strobe: stopped; %s spans, %s log records, %s metric points in %s commits; refused %s requests\n",
      view::count(static_cast<int64_t>(stats.spans)).c_str(), view::count(static_cast<int64_t>(stats.logs)).c_str(),
      view::count(static_cast<int64_t>(stats.points)).c_str(), view::count(static_cast<int64_t>(stats.commits)).c_str(),
      view::count(static_cast<int64_t>(stats.refused)).c_str());
  if (log) std::fprintf(stderr, "strobe: %s\n", log->summary().c_str());
  return 0;
}

}  // namespace

const Command& serve_command() {
  static const Command command = {
      .name = "serve",
      .summary = "receives OTLP over HTTP and gRPC and records it",
      .options = with_session_log_options(
          {{"--listen", "ADDR", "OTLP on ADDR (default 127.0.0.1:4318; port 0: any)"},
           {"--grpc", "ADDR", "OTLP/gRPC on ADDR as well (default 127.0.0.1:4317; port 0: any; off)"},
           {"--max-body-mib", "N", "largest request after decompression (default 64)"},
           {"--memory-mib", "N", "memory to stay below (default 1536)"},
           {"--allow-host", "NAME", "answer requests for this Host header too; several with commas"},
           {"--header-seconds", "N", "how long a request's headers may take (default 10)"},
           {"--body-seconds", "N", "how long a request's body may take (default 60)"},
           {"--idle-seconds", "N", "close connections that say nothing for so long (default 75)"}}),
      .run = run};
  return command;
}

}  // namespace strobe::cli
