// Whether a call ended as its story tells.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/throughline/play/story.h"

namespace throughline {

/// The ErrorInfo reason of a refusal, or the name of its code (`PERMISSION_DENIED`) where it has none.
[[nodiscard]] std::string RefusalOf(const absl::Status& status);

/// The gaps of a refusal as a story writes them: "PROFESSIONAL_VIEW STAFF_ROLE_SENCO".
[[nodiscard]] std::vector<std::string> GapsOf(const absl::Status& status);

/// Empty where `status` is the refusal that `expect` tells, every gap and no other; else what differs, in one line.
/// A told gap fits a real one of the same type whose subject is the told one, or ends in it ("SENCO"); without a
/// subject it fits any of its type.
[[nodiscard]] std::string DifferenceFrom(const Expectation& expect, const absl::Status& status);

}  // namespace throughline
