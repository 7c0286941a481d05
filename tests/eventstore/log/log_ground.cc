// Opens logs the way the program does, with a clock that stands still.
#include "tests/eventstore/log/log_ground.h"

#include <filesystem>
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

namespace {

void MakeStore(const std::string& path) {
    const StandingClock clock(FromMicros(kTestStartUs));
    RocksLogInit init;
    init.path = path;
    init.clock = &clock;
    const absl::Status made = RocksLog::Init(init);
    EXPECT_TRUE(made.ok()) << made;
}

}  // namespace

LogGround::LogGround(Made made) {
    if (made == Made::kFresh) {
        MakeStore(folder_.path());
    } else {
        static const TemporaryFolder original;
        static const bool original_made = (MakeStore(original.path()), true);
        EXPECT_TRUE(original_made);
        std::filesystem::copy(original.path(), folder_.path(), std::filesystem::copy_options::recursive);
    }
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
