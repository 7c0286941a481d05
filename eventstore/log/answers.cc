// Measured: telling 25 gRPC calls takes some 200 µs, as long as a sync.
#include "eventstore/log/answers.h"

#include <utility>

namespace throughline {

Answers::Answers() : thread_([this] { Run(); }) {}

Answers::~Answers() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    filled_.notify_one();
    thread_.join();
}

void Answers::Tell(std::vector<Answer> answers) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(answers));
    }
    filled_.notify_one();
}

void Answers::Run() {
    std::unique_lock lock(mutex_);
    while (true) {
        filled_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        std::vector<Answer> answers = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        for (Answer& answer : answers) answer.done(std::move(answer.outcome));
        answers.clear();
        lock.lock();
    }
}

}  // namespace throughline
