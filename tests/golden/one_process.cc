// Runs the commands of one golden case inside this one process, each through the program's own front door.
//
//   golden_one_process STORE RESULTS < commands
//
// Commands come as "COUNT\0ARGUMENT\0ARGUMENT\0..." one behind the other. What number N prints goes to RESULTS/N.out
// and RESULTS/N.err, its exit code to RESULTS/N.code. run.py makes a transcript of it.

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "cli/command.h"
#include "store/sqlite/sqlite_store.h"

namespace strobe {
namespace {

using Arguments = std::vector<std::string>;

std::vector<Arguments> read_commands(std::istream& input) {
  std::vector<Arguments> commands;
  for (std::string count; std::getline(input, count, '\0');) {
    Arguments arguments(std::stoul(count));
    for (std::string& argument : arguments) std::getline(input, argument, '\0');
    commands.push_back(std::move(arguments));
  }
  return commands;
}

// Standard output or error goes to a file as long as this lives.
class Redirected {
 public:
  Redirected(FILE* stream, const std::string& path) : stream_(stream), number_(fileno(stream)), before_(dup(number_)) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (before_ < 0 || file < 0 || dup2(file, number_) < 0) std::abort();
    close(file);
  }
  ~Redirected() {
    std::fflush(stream_);
    dup2(before_, number_);
    close(before_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  FILE* stream_;
  int number_, before_;
};

void run(const std::string& store, const std::string& results, size_t number, const Arguments& arguments) {
  Arguments words = {"strobe", "--store", store};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const std::string base = results + "/" + std::to_string(number);
  int code = 0;
  {
    const Redirected output(stdout, base + ".out");
    const Redirected errors(stderr, base + ".err");
    code = cli::main_of(static_cast<int>(words.size()), pointers.data());
  }
  std::ofstream(base + ".code") << code;
}

int main_of(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: golden_one_process STORE RESULTS < commands\n", stderr);
    return 2;
  }
  const std::string store = argv[1];
  const std::vector<Arguments> commands = read_commands(std::cin);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  // A store in memory lasts as long as somebody has it open; a file is there from one command to the next anyway.
  std::unique_ptr<store::Store> kept;
  if (store.starts_with(":memory:")) {
    auto opened = store::open_sqlite({.path = store});
    if (!opened) {
      std::fprintf(stderr, "golden_one_process: %s\n", opened.error().message.c_str());
      return 1;
    }
    kept = std::move(*opened);
  }
  for (size_t i = 0; i < commands.size(); ++i) run(store, argv[2], i, commands[i]);
  return 0;
}

}  // namespace
}  // namespace strobe

int main(int argc, char** argv) { return strobe::main_of(argc, argv); }
