// The longest rest counts, whoever notes first.
#include "eventstore/server/quick_reads.h"

#include <sys/resource.h>

namespace throughline {

void QuickReads::Note(TimePoint began, TimePoint ended, bool went_to_the_disk) {
    const Duration took = ended - began;
    if (!went_to_the_disk && took <= kQuick) return;
    const Duration::rep until = (ended.time_since_epoch() + kRest * took).count();
    Duration::rep known = slow_until_.load(std::memory_order_relaxed);
    while (known < until && !slow_until_.compare_exchange_weak(known, until, std::memory_order_relaxed)) {
    }
}

std::int64_t QuickReads::DiskReadsOfThisThread() {
    rusage usage{};
    return ::getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_inblock : 0;
}

}  // namespace throughline
