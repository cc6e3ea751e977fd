#include "sim/simulation.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "faults/faulty_disk.h"
#include "query/search.h"
#include "sim/client.h"
#include "sim/inspector.h"
#include "sim/neighbours.h"
#include "sim/server.h"
#include "sim/weather.h"
#include "sqlite/database.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe::sim {

namespace {

constexpr uint64_t k_events_max = 200'000;
// After the last fault everything has to be told within this.
constexpr Time k_drain_max = 120s;
constexpr Time k_idle_max = 30s;
constexpr uint64_t k_year_seconds = 365 * 86'400;

class Simulation {
 public:
  explicit Simulation(const Run& run)
      : run_(run),
        path_(run.folder + "/store.db"),
        world_(run.seed, run.print_trace),
        storm_(Time(static_cast<int64_t>(world_.random().between(2, 12)) * 1'000'000'000)),
        weather_(world_, counts_, faults::FaultyDisk::install(), storm_),
        inspector_(world_, model_, counts_),
        server_({.world = world_,
                 .weather = weather_,
                 .model = model_,
                 .counts = counts_,
                 .path = path_,
                 .on_start = [this] { inspect_start(); },
                 .on_death = [this] { die(); },
                 .plant = run.plant}),
        neighbours_({.world = world_,
                     .weather = weather_,
                     .model = model_,
                     .counts = counts_,
                     .inspector = inspector_,
                     .path = path_,
                     .on_death = [this] { die(); },
                     .has_started = [this] { return server_.has_started(); }}) {
    remove_files();
    for (uint64_t i = world_.random().between(1, 6); i > 0; --i) {
      clients_.push_back(std::make_unique<Client>(
          Client::Place{.world = world_, .model = model_, .counts = counts_, .server = server_, .plant = run.plant},
          static_cast<int>(i)));
    }
  }

  ~Simulation() {
    server_.crash();
    neighbours_.crash();
    if (weather_.is_dead()) weather_.restart();
    remove_files();
  }

  Outcome play() {
    schedule();
    events();
    if (!world_.broken()) finish();
    counts_.records = model_.acknowledged_count();
    counts_.virtual_seconds = static_cast<uint64_t>(world_.elapsed() / 1s);
    return {.broken = world_.broken(),
            .story_hash = world_.story_hash(),
            .last_notes = world_.last_notes(),
            .counts = counts_};
  }

 private:
  void schedule();
  void events();
  void finish();
  void catch_up();
  void jump_clock();
  void lose_row();
  void calm();
  // The machine stops, and comes back.
  void die();
  bool all_told() const;

  // Under a truce, with a store of its own.
  void inspect(const char* when, const std::function<Result<void>(store::Store&)>& look);
  void inspect_start();
  void inspect_end();

  void remove_files() {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path_ + suffix);
  }
  Time some_time() { return Time(static_cast<int64_t>(world_.random().below(static_cast<uint64_t>(storm_.count())))); }

  const Run run_;
  const std::string path_;
  Counts counts_;
  World world_;
  const Time storm_;  // so long there are faults
  bool is_calm_ = false;
  Weather weather_;
  Model model_;
  Inspector inspector_;
  Server server_;
  Neighbours neighbours_;
  std::vector<std::unique_ptr<Client>> clients_;
};

void Simulation::schedule() {
  server_.start();
  neighbours_.start();
  for (const auto& client : clients_) client->start();
  world_.after(storm_, [this] { calm(); });
  for (uint64_t i = world_.random().below(4); i > 0; --i) world_.after(some_time(), [this] { jump_clock(); });
  if (world_.random().chance(30)) world_.after(some_time(), [this] { server_.stop(); });
  if (run_.plant == Plant::lost_row) world_.after(storm_ / 2, [this] { lose_row(); });
}

void Simulation::jump_clock() {
  Random& random = world_.random();
  const uint64_t seconds = random.chance(50) ? random.below(100) : random.below(k_year_seconds / 2);
  const auto by = std::chrono::seconds(static_cast<int64_t>(seconds) * (random.chance(50) ? 1 : -1));
  ++counts_.clock_jumps;
  world_.jump(by);
  world_.note("the clock jumps by " + std::to_string(by.count()) + " s");
}

void Simulation::lose_row() {
  const Weather::Truce truce(weather_);
  auto database = sqlite::Database::open(path_, sqlite::OpenMode::read_write);
  if (!database) return;
  (void)database->execute("DELETE FROM span WHERE no = (SELECT max(no) FROM span)");
  world_.note("a row is deleted");
}

void Simulation::calm() {
  world_.note("no faults from now on");
  is_calm_ = true;
  weather_.calm();
  neighbours_.calm();
  for (const auto& client : clients_) client->calm();
}

void Simulation::die() {
  server_.crash();
  neighbours_.crash();
  weather_.restart();
  for (const auto& client : clients_) client->disconnected();
  world_.after(world_.random().wait(10ms, 3s), [this] {
    server_.start();
    neighbours_.start();
  });
}

bool Simulation::all_told() const {
  return neighbours_.is_done() && std::ranges::all_of(clients_, [](const auto& client) { return client->is_done(); });
}

void Simulation::events() {
  uint64_t events = 0;
  while (!world_.broken() && (!is_calm_ || !all_told())) {
    if (world_.elapsed() > storm_ + k_drain_max) return world_.broken("not everything was told in time");
    if (++events > k_events_max) return world_.broken("it goes on and on");
    if (!world_.step()) return world_.broken("nothing happens any more");
  }
  const Time told = world_.elapsed();
  while (!world_.broken() && !server_.is_idle()) {
    if (world_.elapsed() > told + k_idle_max) return world_.broken("the server is not idle in time");
    if (++events > k_events_max) return world_.broken("it goes on and on");
    if (!world_.step()) return world_.broken("nothing happens any more");
  }
}

void Simulation::finish() {
  for (const auto* known : {&model_.spans(), &model_.logs(), &model_.points()}) {
    for (const auto& [key, record] : *known) {
      if (!record.is_acknowledged)
        return world_.broken("a record that was sent was never acknowledged: " + to_hex(key));
    }
  }
  catch_up();
  inspect_end();
  if (world_.broken() || world_.random().chance(50)) return;
  // Long after, what is old leaves, and takes nothing with it that others need.
  world_.jump(std::chrono::seconds(3 * k_year_seconds));
  model_.prune_begun();
  const auto pruned = server_.store().prune({.ended_before = TimeNs{k_old_until_ns}, .now = world_.now()}, {});
  if (!pruned) return world_.broken("prune failed: " + pruned.error().message);
  world_.note("pruned " + std::to_string(pruned->sessions) + " sessions");
  inspect_end();
}

// What the server ingested is derived and indexed when it is idle; what others brought, by whoever asks.
void Simulation::catch_up() {
  const auto state = server_.store().index_state();
  if (!state) return world_.broken("the text index cannot be read: " + state.error().message);
  const bool is_servers = neighbours_.last_write() < server_.last_commit();
  if (state->spans_waiting > 0 && is_servers)
    world_.broken("the server is idle, and so many spans are not indexed: " + std::to_string(state->spans_waiting));
  const auto dirty = server_.store().dirty_traces(1);
  if (!dirty) return world_.broken("waiting traces cannot be read: " + dirty.error().message);
  if (!dirty->empty() && is_servers) world_.broken("the server is idle, and a trace was not derived");
  while (const auto derived = ingest::derive_dirty_traces(server_.store(), 64)) {
    if (*derived == 0) break;
  }
  const auto done = query::catch_up_index(server_.store(), DurationNs{10'000'000'000});
  if (!done) world_.broken("the text index cannot be brought up to date: " + done.error().message);
}

void Simulation::inspect(const char* when, const std::function<Result<void>(store::Store&)>& look) {
  const Weather::Truce truce(weather_);
  auto store = store::open_sqlite({.path = path_, .mode = store::OpenMode::read_only, .clock = &world_});
  if (!store) return world_.broken(std::string(when) + ": " + store.error().message);
  const Result<void> looked = look(**store);
  if (!looked) world_.broken(std::string(when) + ": " + looked.error().message);
}

void Simulation::inspect_start() {
  inspect("after a start", [this](store::Store& store) -> Result<void> {
    TRY_VOID(inspector_.health(store));
    TRY_VOID(inspector_.all_records(store));
    for (const auto& [trace, is_old] : model_.traces()) {
      if (world_.random().chance(30)) TRY_VOID(inspector_.trace(store, trace, false));
    }
    return {};
  });
}

void Simulation::inspect_end() {
  std::vector<const Request*> all;
  const auto add = [&](const std::vector<Request>& story) {
    for (const Request& request : story) all.push_back(&request);
  };
  for (const auto& client : clients_) add(client->story());
  add(neighbours_.story());
  inspect("at the end", [&](store::Store& store) -> Result<void> {
    TRY_VOID(inspector_.health(store));
    TRY_VOID(inspector_.all_records(store));
    for (const auto& [trace, is_old] : model_.traces()) TRY_VOID(inspector_.trace(store, trace, true));
    TRY_VOID(inspector_.index(store, world_.random()));
    return inspector_.sessions(store, all);
  });
}

}  // namespace

Outcome simulate(const Run& run) { return Simulation(run).play(); }

}  // namespace strobe::sim
