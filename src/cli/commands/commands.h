#pragma once

#include "cli/command.h"

// One function a command, each in the file of its name.

namespace strobe::cli {

const Command& run_command();
const Command& serve_command();
const Command& sessions_command();
const Command& show_command();
const Command& import_command();
const Command& export_command();
const Command& sql_command();

}  // namespace strobe::cli
