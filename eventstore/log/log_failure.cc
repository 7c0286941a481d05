// After a failed sync nobody knows what is on disk: only reading it anew tells, hence the restart.
#include "eventstore/log/log_failure.h"

#include <utility>

#include "eventstore/base/status_details.h"
#include "eventstore/disk/rocks.h"

namespace throughline {
namespace {

class BackgroundErrors final : public rocksdb::EventListener {
  public:
    explicit BackgroundErrors(std::shared_ptr<LogFailure> failure) : failure_(std::move(failure)) {}

    void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override {
        if (reason == rocksdb::BackgroundErrorReason::kWriteCallback || error->IsNoSpace()) return;
        failure_->Report(FromRocks(*error, "writing the log in the background"));
    }

  private:
    const std::shared_ptr<LogFailure> failure_;
};

}  // namespace

LogFailure::LogFailure(std::function<void(const absl::Status& why)> fatal) : fatal_(std::move(fatal)) {}

bool LogFailure::IsFatal(const absl::Status& status) {
    return absl::IsDataLoss(status) || ReasonOf(status) == "IO_ERROR";
}

void LogFailure::Report(const absl::Status& why) {
    {
        const std::lock_guard lock(mutex_);
        if (failed_) return;
        failed_ = true;
    }
    fatal_(why);
}

void LogFailure::ReportIfFatal(const absl::Status& status) {
    if (!status.ok() && IsFatal(status)) Report(status);
}

absl::Status LogFailure::Check() const {
    const std::lock_guard lock(mutex_);
    if (!failed_) return absl::OkStatus();
    return WithReason(absl::UnavailableError("the log has failed and waits for a restart; repeat afterwards"),
                      "LOG_FAILED");
}

std::shared_ptr<rocksdb::EventListener> ReportBackgroundErrors(std::shared_ptr<LogFailure> failure) {
    return std::make_shared<BackgroundErrors>(std::move(failure));
}

}  // namespace throughline
