// A file that grows by a page at a time, as a write-ahead log does.
#include "services/throughline/bench/disk_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kPageBytes = 4'096;

absl::Status Refused(std::string_view doing, const std::string& path, int error) {
    return WithReason(
        absl::UnavailableError(fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(error))),
        "IO_ERROR");
}

}  // namespace

absl::StatusOr<Latencies> MeasureDiskSync(const std::string& folder, std::chrono::nanoseconds time) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
        return absl::NotFoundError(fmt::format("there is no folder {} to sync a scratch file in", folder));
    }
    std::string path = folder + "/sync-XXXXXX";
    const int file = ::mkstemp(path.data());
    if (file < 0) return Refused("make", path, errno);
    const std::string page(kPageBytes, 's');
    Latencies latencies;
    absl::Status status;
    const SteadyClock::time_point end = SteadyClock::now() + time;
    for (SteadyClock::time_point began = SteadyClock::now(); began < end && status.ok();) {
        if (::write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size())) {
            status = Refused("write", path, errno);
        } else if (::fdatasync(file) != 0) {
            status = Refused("sync", path, errno);
        }
        const SteadyClock::time_point now = SteadyClock::now();
        latencies.Add(now - began);
        began = now;
    }
    ::close(file);
    ::unlink(path.c_str());
    if (!status.ok()) return status;
    return latencies;
}

}  // namespace throughline
