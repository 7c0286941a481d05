// Opens logs the way the program does, with a clock that stands still.
#include "tests/eventstore/log/log_ground.h"

#include <utility>

#include <gtest/gtest.h>

namespace throughline::testing {

std::function<void(const absl::Status&)> FatalRecorder::callback() {
    return [this](const absl::Status& why) {
        const std::lock_guard lock(mutex_);
        all_.push_back(why);
    };
}

std::vector<absl::Status> FatalRecorder::all() const {
    const std::lock_guard lock(mutex_);
    return all_;
}

LogGround::LogGround(bool synthetic) {
    RocksLogInit init;
    init.path = folder_.path();
    init.synthetic = synthetic;
    init.clock = clock.get();
    const absl::Status made = RocksLog::Init(init);
    EXPECT_TRUE(made.ok()) << made;
    options.path = folder_.path();
    options.clock = clock.get();
    options.fatal = fatal.callback();
    options.uptime = [this] { return uptime; };
}

RocksLog& LogGround::Open() {
    const absl::Status opened = TryOpen();
    EXPECT_TRUE(opened.ok()) << opened;
    return *log;
}

absl::Status LogGround::TryOpen() {
    log.reset();
    auto opened = RocksLog::Open(options);
    if (!opened.ok()) return opened.status();
    log = *std::move(opened);
    return absl::OkStatus();
}

}  // namespace throughline::testing
