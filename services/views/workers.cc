// A bounded queue and the threads that empty it.
#include "services/views/workers.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"

namespace throughline {

Workers::Workers(std::size_t threads, std::size_t waiting_max) : waiting_max_(waiting_max) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Workers::~Workers() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
}

absl::Status Workers::Submit(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= waiting_max_) {
        return WithRetryAfter(absl::ResourceExhaustedError(fmt::format(
                                  "{} queries wait already, at most {} may; ask again", waiting_.size(), waiting_max_)),
                              std::chrono::milliseconds(500));
    }
    waiting_.push_back(std::move(work));
    changed_.notify_one();
    return absl::OkStatus();
}

void Workers::Run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        std::function<void()> work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        work();
        work = nullptr;
        lock.lock();
    }
}

}  // namespace throughline
