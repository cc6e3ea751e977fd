#include "sim/counts.h"

#include <cstdio>
#include <iterator>
#include <utility>

namespace strobe::sim {

namespace {
constexpr std::pair<const char*, uint64_t Counts::*> k_counts[] = {
    {"requests", &Counts::requests},
    {"sends", &Counts::sends},
    {"records acknowledged", &Counts::records},
    {"requests lost on the way", &Counts::lost_requests},
    {"answers lost on the way", &Counts::lost_answers},
    {"retries", &Counts::retries},
    {"refused, queue full", &Counts::refused_full},
    {"refused, disk", &Counts::refused_fault},
    {"unreadable", &Counts::unreadable},
    {"disk calls", &Counts::disk_calls},
    {"disk faults", &Counts::faults},
    {"kills", &Counts::kills},
    {"power cuts", &Counts::power_cuts},
    {"sectors lost", &Counts::lost_sectors},
    {"clean stops", &Counts::stops},
    {"starts that failed", &Counts::failed_starts},
    {"clock jumps", &Counts::clock_jumps},
    {"prunes", &Counts::prunes},
    {"imports", &Counts::imports},
    {"questions", &Counts::questions},
    {"turns", &Counts::turns},
    {"records compared", &Counts::checked_records},
    {"sessions compared", &Counts::checked_sessions},
    {"virtual seconds", &Counts::virtual_seconds},
};
static_assert(sizeof(Counts) == std::size(k_counts) * sizeof(uint64_t));
}  // namespace

void Counts::add(const Counts& other) {
  for (const auto& [name, member] : k_counts) this->*member += other.*member;
}

void Counts::print() const {
  for (const auto& [name, member] : k_counts)
    std::printf("%12llu %s\n", static_cast<unsigned long long>(this->*member), name);
}

}  // namespace strobe::sim
