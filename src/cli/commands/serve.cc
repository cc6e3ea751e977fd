#include <csignal>
#include <cstdio>
#include <filesystem>

#include "cli/commands/commands.h"
#include "launch/live_server.h"
#include "net/http.h"
#include "server/server.h"

namespace strobe::cli {

namespace {

constexpr int k_stop_grace_ms = 5000;

// Blocks the signals that end a server, so that every thread started afterwards inherits that and one can wait for them.
sigset_t block_stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

Result<server::ServerOptions> server_options(const Invocation& invocation) {
  server::ServerOptions options;
  const auto [host, port] = TRY(net::parse_address(invocation.get("listen", "127.0.0.1:4318")));
  options.http.host = host;
  options.http.port = port;
  const std::string limit = invocation.get("max-body-mib", "64");
  char* end = nullptr;
  const unsigned long mib = std::strtoul(limit.c_str(), &end, 10);
  if (limit.empty() || *end != '\0' || mib == 0 || mib > 4096) {
    return fail(ErrorCode::invalid, "--max-body-mib takes a number from 1 to 4096, not '" + limit + "'");
  }
  options.http.body_bytes_max = mib << 20;
  if (invocation.has("allow-host")) options.http.allowed_hosts.push_back(invocation.get("allow-host"));
  return options;
}

Result<int> run(const Session& session, const Invocation& invocation) {
  const sigset_t stop_signals = block_stop_signals();
  const auto options = server_options(invocation);
  if (!options) return wrong_usage(options.error().message, "strobe serve --help");
  const auto store = TRY(open_for_writing(session.store_path));
  auto lock = TRY(launch::ServerLock::acquire(session.store_path));
  ingest::Pipeline pipeline(*store, {});
  const auto server = TRY(server::Server::start(*options, pipeline));
  TRY_VOID(lock.publish(server->url()));
  std::fprintf(stderr, "strobe: listening on %s (OTLP/HTTP), store %s\n", server->url().c_str(), session.store_path.c_str());
  std::fprintf(stderr, "strobe: OTLP/gRPC on %s is not there yet: send http/protobuf or http/json\n",
               invocation.get("grpc", "127.0.0.1:4317").c_str());
  int signal = 0;
  sigwait(&stop_signals, &signal);
  lock.withdraw();
  server->stop(k_stop_grace_ms);
  pipeline.stop();
  const ingest::PipelineStats stats = pipeline.stats();
  std::fprintf(stderr, "strobe: stopped; %s spans, %s log records, %s metric points in %s commits; refused %s requests\n",
               view::count(static_cast<int64_t>(stats.spans)).c_str(), view::count(static_cast<int64_t>(stats.logs)).c_str(),
               view::count(static_cast<int64_t>(stats.points)).c_str(), view::count(static_cast<int64_t>(stats.commits)).c_str(),
               view::count(static_cast<int64_t>(stats.refused)).c_str());
  return 0;
}

}  // namespace

const Command& serve_command() {
  static const Command command = {
      .name = "serve",
      .summary = "receives OTLP over HTTP and records it",
      .options = {{"--listen", "ADDR", "OTLP/HTTP on ADDR (default 127.0.0.1:4318; port 0: any)"},
                  {"--grpc", "ADDR", "OTLP/gRPC on ADDR (not there yet)"},
                  {"--max-body-mib", "N", "largest request after decompression (default 64)"},
                  {"--allow-host", "NAME", "answer requests for this Host header too"}},
      .run = run};
  return command;
}

}  // namespace strobe::cli
