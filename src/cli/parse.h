#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace strobe::cli {

struct Parsed {
  const Command* command = nullptr;  // null: `output` is all there is to do
  Session session;
  Invocation invocation;
  std::string output;  // help, the version, or an error
  Exit exit = Exit::ok;
};

// Turns the arguments into a command to run, or into a text to print. Pure apart from the environment (store path,
// NO_COLOR, COLUMNS) and the terminal's size.
Parsed parse_arguments(int argc, char** argv);

// The one-page overview of all commands.
std::string overview();

}  // namespace strobe::cli
