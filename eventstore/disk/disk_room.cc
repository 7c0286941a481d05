// Free space from statvfs, asked at most five times a second.
#include "eventstore/disk/disk_room.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

constexpr std::uint64_t kFreeBytesAlwaysEnough = 256ULL << 20U;
constexpr std::uint64_t kFreePercentMin = 5;
constexpr std::chrono::milliseconds kAskEvery{200};
constexpr std::chrono::seconds kRetryAfter{5};

absl::Status Judge(const DiskSpace& space) {
    const std::uint64_t needed = FreeBytesMin(space.total_bytes);
    if (space.free_bytes >= needed) return absl::OkStatus();
    return WithRetryAfter(
        WithReason(
            absl::ResourceExhaustedError(fmt::format(
                "the disk has {} KiB free and needs {} KiB to write; make room, appends then go on by themselves",
                space.free_bytes >> 10U, needed >> 10U)),
            "DISK_FULL"),
        kRetryAfter);
}

}  // namespace

DiskSpaceProbe StatvfsProbe(std::string path) {
    return [path = std::move(path)]() -> absl::StatusOr<DiskSpace> {
        struct statvfs found {};
        if (::statvfs(path.c_str(), &found) != 0) {
            return absl::ErrnoToStatus(errno, fmt::format("asking for the free space of {}", path));
        }
        return DiskSpace{found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize};
    };
}

std::uint64_t FreeBytesMin(std::uint64_t total_bytes) {
    return std::min(total_bytes / 100 * kFreePercentMin, kFreeBytesAlwaysEnough);
}

DiskRoom::DiskRoom(DiskSpaceProbe probe) : probe_(std::move(probe)) {}

absl::Status DiskRoom::Check() {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (asked_ && now - asked_at_ < kAskEvery) return answer_;
    asked_ = true;
    asked_at_ = now;
    const absl::StatusOr<DiskSpace> space = probe_();
    answer_ = space.ok() ? Judge(*space) : absl::OkStatus();
    return answer_;
}

}  // namespace throughline
