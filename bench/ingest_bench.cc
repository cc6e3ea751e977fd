#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/agent_load.h"
#include "bench/cpu_profile.h"
#include "bench/post_client.h"
#include "bench/size_meter.h"
#include "ingest/pipeline.h"
#include "otlp/otlp.h"
#include "server/server.h"
#include "store/sqlite/sqlite_store.h"

// How fast the server takes in the agent load over HTTP on loopback, each request answered after it is durable, and
// where its CPU time goes. usage: ingest_bench [--sessions N] [--turns N] [--runs N] [--profile FILE]
namespace strobe::bench {

namespace {

constexpr int k_connections = 4;
constexpr int k_turns_a_request = 2;  // four spans
constexpr int k_agents = 5;           // heads are shared by the sessions of one agent
constexpr std::array k_size_turns = {100, 200, 400, 800};

struct Settings {
  int sessions = 12;
  int turns = 100;
  int runs = 5;
  std::string profile;
};

struct Load {
  std::vector<std::vector<std::string>> requests;  // of each connection
  uint64_t wire_bytes = 0;
  uint64_t spans = 0;
  uint64_t unique_bytes = 0;
};

struct Figures {
  double seconds = 0;      // from the first request to the last answer
  double cpu_seconds = 0;  // user and system, until everything is derived as well
  double cpu_user_seconds = 0;
  uint64_t file_bytes = 0;
  uint64_t commits = 0;
};

// Sessions that run at the same time: the requests of a connection's sessions take turns.
Load make_load(const Corpus& corpus, const Settings& settings) {
  Load load;
  load.requests.resize(k_connections);
  std::vector<std::unique_ptr<AgentLoad>> agents;
  for (int i = 0; i < settings.sessions; ++i) {
    agents.push_back(std::make_unique<AgentLoad>(
        corpus, AgentOptions{.seed = static_cast<uint64_t>(i) + 1, .agent = static_cast<uint64_t>(i % k_agents)}));
  }
  const auto add = [&load](size_t session, const RawBatch& batch) {
    std::string body = otlp::encode_protobuf(batch.spans);
    load.wire_bytes += body.size();
    load.spans += batch.spans.size();
    load.requests[session % k_connections].push_back(std::move(body));
  };
  for (int turn = 0; turn < settings.turns; turn += k_turns_a_request) {
    for (size_t i = 0; i < agents.size(); ++i)
      add(i, agents[i]->next(std::min(k_turns_a_request, settings.turns - turn)));
  }
  for (size_t i = 0; i < agents.size(); ++i) {
    load.unique_bytes += agents[i]->unique_bytes();
    add(i, agents[i]->end());
  }
  return load;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

// A server in this process, with clients in others; before it starts there is only one thread, as forking wants it.
Result<Figures> run_once(const Load& load, bool is_profiled) {
  using Clock = std::chrono::steady_clock;
  const ScratchFolder folder;
  const std::string path = folder.file("strobe.db");
  PostClients clients = TRY(PostClients::fork_all(load.requests));
  Figures figures;
  {
    const auto store = TRY(store::open_sqlite({.path = path, .mode = store::OpenMode::read_write}));
    ingest::Pipeline pipeline(*store, {});
    const auto server = TRY(server::Server::start({}, pipeline));
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    if (is_profiled) CpuProfile::start();
    const auto started = Clock::now();
    TRY_VOID(clients.run(server->port()));
    figures.seconds = std::chrono::duration<double>(Clock::now() - started).count();
    pipeline.drain();
    CpuProfile::stop();
    getrusage(RUSAGE_SELF, &after);
    figures.cpu_user_seconds = seconds_of(after.ru_utime) - seconds_of(before.ru_utime);
    figures.cpu_seconds = figures.cpu_user_seconds + seconds_of(after.ru_stime) - seconds_of(before.ru_stime);
    server->stop(0);
    pipeline.stop();
    figures.commits = pipeline.stats().commits;
    if (pipeline.stats().spans != load.spans) return fail(ErrorCode::corrupt, "not all spans arrived");
    TRY_VOID(store->checkpoint());
  }
  figures.file_bytes = TRY(bytes_in_use(path));
  return figures;
}

void print_run(const char* name, const Load& load, const Figures& figures) {
  const double megabytes = static_cast<double>(load.wire_bytes) / 1e6;
  const auto spans = static_cast<double>(load.spans);
  std::printf("%-8s %9.0f %9.0f %9.2f %9.2f %12.0f %12.0f %10.0f %9llu\n", name, megabytes / figures.seconds,
              spans / figures.seconds, figures.cpu_user_seconds, figures.cpu_seconds, megabytes / figures.cpu_seconds,
              spans / figures.cpu_seconds, static_cast<double>(figures.file_bytes) / spans,
              static_cast<unsigned long long>(figures.commits));
  std::fflush(stdout);
}

// Of each figure on its own.
Figures median(const std::vector<Figures>& all) {
  const auto middle = [&all](auto member) {
    std::vector<std::remove_cvref_t<decltype(all[0].*member)>> values;
    for (const Figures& figures : all) values.push_back(figures.*member);
    std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
  };
  return {.seconds = middle(&Figures::seconds),
          .cpu_seconds = middle(&Figures::cpu_seconds),
          .cpu_user_seconds = middle(&Figures::cpu_user_seconds),
          .file_bytes = middle(&Figures::file_bytes),
          .commits = middle(&Figures::commits)};
}

Result<void> run_all(const Settings& settings) {
  const Corpus corpus = TRY(Corpus::read(STROBE_BENCH_TEXT));
  const Load load = make_load(corpus, settings);
  std::printf(
      "agent load: %d sessions of %d turns, %llu spans, %.1f MB on the wire, %.2f MB unique content, %d connections\n",
      settings.sessions, settings.turns, static_cast<unsigned long long>(load.spans),
      static_cast<double>(load.wire_bytes) / 1e6, static_cast<double>(load.unique_bytes) / 1e6, k_connections);
  std::printf("%-8s %9s %9s %9s %9s %12s %12s %10s %9s\n", "run", "MB/s", "spans/s", "user s", "CPU s", "MB/CPU s",
              "spans/CPU s", "B/span", "commits");
  std::vector<Figures> all;
  for (int i = 0; i < settings.runs; ++i) {
    all.push_back(TRY(run_once(load, !settings.profile.empty())));
    print_run(std::to_string(i + 1).c_str(), load, all.back());
  }
  print_run("median", load, median(all));
  const ScratchFolder folder;
  const auto points = TRY(measure_sizes(corpus, {}, k_size_turns, folder.file("strobe.db")));
  std::printf("bytes on disk, one session:");
  for (const SizePoint& point : points) {
    std::printf(" %d turns %llu (%.2f of its unique content)", point.turns,
                static_cast<unsigned long long>(point.file_bytes),
                static_cast<double>(point.file_bytes) / static_cast<double>(point.unique_bytes));
  }
  std::printf("\n");
  if (settings.profile.empty()) return {};
  std::printf("profile: %zu samples, %zu lost\n", CpuProfile::samples(), CpuProfile::lost());
  return CpuProfile::write(settings.profile);
}

// Nothing when an argument is unknown.
std::optional<Settings> read_arguments(int count, char** arguments) {
  Settings settings;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    if (name == "--sessions")
      settings.sessions = std::atoi(arguments[i + 1]);
    else if (name == "--turns")
      settings.turns = std::atoi(arguments[i + 1]);
    else if (name == "--runs")
      settings.runs = std::atoi(arguments[i + 1]);
    else if (name == "--profile")
      settings.profile = arguments[i + 1];
    else
      return std::nullopt;
  }
  if (count % 2 == 0 || settings.sessions < 1 || settings.turns < 1 || settings.runs < 1) return std::nullopt;
  return settings;
}

}  // namespace

}  // namespace strobe::bench

int main(int count, char** arguments) {
  const auto settings = strobe::bench::read_arguments(count, arguments);
  if (!settings) {
    std::fprintf(stderr, "usage: ingest_bench [--sessions N] [--turns N] [--runs N] [--profile FILE]\n");
    return 2;
  }
  const auto done = strobe::bench::run_all(*settings);
  if (!done) std::fprintf(stderr, "ingest_bench: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
