// What is let go of is destroyed outside the lock: that may take RocksDB a while.
#include "eventstore/log/kept_scans.h"

#include <algorithm>
#include <utility>

#include "eventstore/base/limits.h"

namespace throughline {

std::uint64_t KeptScans::files() const {
    const std::lock_guard lock(mutex_);
    return files_;
}

std::unique_ptr<LogScan> KeptScans::Take(const Walk& walk, bool with_bodies) {
    std::unique_ptr<LogScan> scan;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(scans_.begin(), scans_.end(),
                                        [&](const auto& kept) { return kept->Continues(walk, with_bodies); });
        if (found == scans_.end()) return nullptr;
        scan = std::move(*found);
        scans_.erase(found);
    }
    scan->GoOn(walk);
    return scan;
}

void KeptScans::Keep(std::unique_ptr<LogScan> scan, std::uint64_t files) {
    const std::lock_guard lock(mutex_);
    if (files != files_) return;
    scans_.push_back(std::exchange(scan, nullptr));
    if (scans_.size() <= limits::kKeptScansMax) return;
    scan = std::move(scans_.front());
    scans_.pop_front();
}

void KeptScans::DropAll() {
    std::deque<std::unique_ptr<LogScan>> dropped;
    const std::lock_guard lock(mutex_);
    ++files_;
    dropped.swap(scans_);
}

}  // namespace throughline
