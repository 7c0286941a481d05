// google.rpc details on a status: what went wrong, in a form that a program can read.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace throughline {

/// A bad field of a request, with what it should be.
struct FieldViolation {
    std::string field;        ///< Path in the request, for example `overrides[0].reason`.
    std::string description;  ///< What it should be, with the limit. Never the value itself: it may be personal.
};

/// A rule that does not hold.
struct RuleViolation {
    std::string type;         ///< Stable and machine-readable, for example `PROFESSIONAL_VIEW`.
    std::string subject;      ///< What it is about, for example `STAFF_ROLE_SENCO`.
    std::string description;  ///< One sentence that says what to do.
};

/// INVALID_ARGUMENT with a google.rpc.BadRequest that lists every bad field.
[[nodiscard]] absl::Status BadRequestError(std::span<const FieldViolation> violations);

/// FAILED_PRECONDITION with google.rpc.ErrorInfo (`reason`) and a google.rpc.PreconditionFailure that lists every
/// violation.
[[nodiscard]] absl::Status RuleError(std::string_view reason, std::string_view text,
                                     std::span<const RuleViolation> violations);

/// Adds google.rpc.ErrorInfo with a stable reason, for example `LOG_QUEUE_FULL`; the domain is `throughline`.
[[nodiscard]] absl::Status WithReason(absl::Status status, std::string_view reason);

/// Adds google.rpc.RetryInfo.
[[nodiscard]] absl::Status WithRetryAfter(absl::Status status, std::chrono::milliseconds delay);

/// The ErrorInfo reason, or nothing.
[[nodiscard]] std::string ReasonOf(const absl::Status& status);

/// The violations of a PreconditionFailure, or none.
[[nodiscard]] std::vector<RuleViolation> RuleViolationsOf(const absl::Status& status);

/// The violations of a BadRequest, or none.
[[nodiscard]] std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status);

}  // namespace throughline
