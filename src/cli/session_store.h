#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace strobe::cli {

// Opens the store for questions, with its sessions up to date: where traces wait to be derived (a writer was killed),
// that is done first. A store that cannot be written is read as it is. Errors: not_found with what to do about it.
Result<std::unique_ptr<store::Store>> open_for_questions(const std::string& path);

// Opens or creates the store for writing.
Result<std::unique_ptr<store::Store>> open_for_writing(const std::string& path);

// Opens a store that is there, for reading alone.
Result<std::unique_ptr<store::Store>> open_for_reading(const std::string& path);

}  // namespace strobe::cli
