// The table from statuses to exits.
#include "services/throughline/exit_code.h"

#include "eventstore/base/status_details.h"

namespace throughline {

ExitCode ExitCodeOf(const absl::Status& status) {
    const std::string reason = ReasonOf(status);
    if (reason == "IO_ERROR") return ExitCode::kIoError;
    if (reason == "BAD_SETTINGS" || reason == "WRONG_KEY_FILE" || reason.starts_with("KEY_FILE_")) {
        return ExitCode::kBadSettings;
    }
    switch (status.code()) {
        case absl::StatusCode::kOk:
            return ExitCode::kOk;
        case absl::StatusCode::kInvalidArgument:
        case absl::StatusCode::kOutOfRange:
            return ExitCode::kUsage;
        case absl::StatusCode::kNotFound:
            return ExitCode::kNotFound;
        case absl::StatusCode::kUnauthenticated:
        case absl::StatusCode::kPermissionDenied:
            return ExitCode::kDenied;
        case absl::StatusCode::kAborted:
        case absl::StatusCode::kAlreadyExists:
        case absl::StatusCode::kFailedPrecondition:
            return ExitCode::kConflict;
        case absl::StatusCode::kUnavailable:
        case absl::StatusCode::kDeadlineExceeded:
        case absl::StatusCode::kResourceExhausted:
        case absl::StatusCode::kCancelled:
            return ExitCode::kUnavailable;
        case absl::StatusCode::kDataLoss:
            return ExitCode::kIntegrity;
        default:
            return ExitCode::kFailure;
    }
}

}  // namespace throughline
