// A folder with a log in it, which can be closed and opened again.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "eventstore/base/clock.h"
#include "eventstore/log/rocks_log.h"
#include "tests/eventstore/log/temporary_folder.h"

namespace throughline::testing {

inline constexpr std::int64_t kTestStartUs = 1'700'000'000'000'000;

/// What a log reported as fatal.
class FatalRecorder {
  public:
    [[nodiscard]] std::function<void(const absl::Status&)> callback();
    [[nodiscard]] std::vector<absl::Status> all() const;

  private:
    mutable std::mutex mutex_;
    std::vector<absl::Status> all_;
};

class LogGround {
  public:
    /// A store of its own, or, quicker, a copy of one that all such grounds share: then with the same id.
    enum class Made { kFresh, kCopied };

    explicit LogGround(Made made = Made::kFresh);

    /// Options that Open() uses; change them before.
    RocksLogOptions options;
    std::shared_ptr<StandingClock> clock = std::make_shared<StandingClock>(FromMicros(kTestStartUs));
    std::chrono::microseconds uptime{0};
    FatalRecorder fatal;
    std::unique_ptr<RocksLog> log;

    /// Opens the log, closed before where it was open; a failed expectation where it does not open.
    RocksLog& Open();
    [[nodiscard]] absl::Status TryOpen();
    void Close() { log.reset(); }

    [[nodiscard]] const std::string& path() const { return folder_.path(); }

  private:
    TemporaryFolder folder_;
};

}  // namespace throughline::testing
