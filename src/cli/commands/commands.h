#pragma once

#include "cli/command.h"

// One function a command, each in the file of its name.

namespace strobe::cli {

const Command& run_command();
const Command& serve_command();
const Command& sessions_command();
const Command& traces_command();
const Command& metrics_command();
const Command& show_command();
const Command& analyze_command();
const Command& issues_command();
const Command& fixes_command();
const Command& context_command();
const Command& blame_command();
const Command& profile_command();
const Command& verify_command();
const Command& compare_command();
const Command& search_command();
const Command& stats_command();
const Command& import_command();
const Command& export_command();
const Command& sql_command();
const Command& prune_command();
const Command& backup_command();
const Command& doctor_command();
const Command& env_command();
const Command& config_command();
const Command& completion_command();

}  // namespace strobe::cli
