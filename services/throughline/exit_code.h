// What the program's exit says to the script that called it.
#pragma once

#include "absl/status/status.h"

namespace throughline {

enum class ExitCode : int {
    kOk = 0,
    kFailure = 1,
    kUsage = 2,
    kNotFound = 3,
    kDenied = 4,
    kConflict = 5,     ///< A rule refuses, or somebody else was faster.
    kUnavailable = 6,  ///< Out of reach, too slow, or in use: try again.
    kIntegrity = 7,    ///< What is stored does not agree with itself: call someone.
    kBadSettings = 8,
    kIoError = 74,
};

/// The exit for a status, by its code and its reason.
[[nodiscard]] ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace throughline
