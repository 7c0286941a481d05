// Details travel as payloads of absl::Status under their type URL, and become gRPC details at the edge.
#include "eventstore/base/status_details.h"

#include <google/rpc/error_details.pb.h>

#include "absl/strings/cord.h"

namespace throughline {
namespace {

constexpr std::string_view kDomain = "throughline";

template <class Detail>
std::string TypeUrl() {
    return "type.googleapis.com/" + std::string(Detail::descriptor()->full_name());
}

template <class Detail>
void Attach(absl::Status& status, const Detail& detail) {
    status.SetPayload(TypeUrl<Detail>(), absl::Cord(detail.SerializeAsString()));
}

template <class Detail>
Detail Get(const absl::Status& status) {
    Detail detail;
    if (const auto payload = status.GetPayload(TypeUrl<Detail>())) {
        if (!detail.ParseFromString(std::string(*payload))) return Detail{};
    }
    return detail;
}

}  // namespace

absl::Status BadRequestError(std::span<const FieldViolation> violations) {
    google::rpc::BadRequest detail;
    std::string text = "the request has bad fields:";
    for (const FieldViolation& violation : violations) {
        google::rpc::BadRequest::FieldViolation& added = *detail.add_field_violations();
        added.set_field(violation.field);
        added.set_description(violation.description);
        text += (detail.field_violations_size() == 1 ? " " : "; ") + violation.field + ": " + violation.description;
    }
    absl::Status status = absl::InvalidArgumentError(text);
    Attach(status, detail);
    return WithReason(std::move(status), "BAD_REQUEST");
}

absl::Status RuleError(std::string_view reason, std::string_view text, std::span<const RuleViolation> violations) {
    absl::Status status = absl::FailedPreconditionError(std::string(text));
    google::rpc::PreconditionFailure detail;
    for (const RuleViolation& violation : violations) {
        google::rpc::PreconditionFailure::Violation& added = *detail.add_violations();
        added.set_type(violation.type);
        added.set_subject(violation.subject);
        added.set_description(violation.description);
    }
    Attach(status, detail);
    return WithReason(std::move(status), reason);
}

absl::Status WithReason(absl::Status status, std::string_view reason) {
    google::rpc::ErrorInfo detail;
    detail.set_reason(std::string(reason));
    detail.set_domain(std::string(kDomain));
    Attach(status, detail);
    return status;
}

absl::Status WithRetryAfter(absl::Status status, std::chrono::milliseconds delay) {
    google::rpc::RetryInfo detail;
    detail.mutable_retry_delay()->set_seconds(delay.count() / 1000);
    detail.mutable_retry_delay()->set_nanos(static_cast<std::int32_t>(delay.count() % 1000) * 1'000'000);
    Attach(status, detail);
    return status;
}

std::string ReasonOf(const absl::Status& status) {
    return Get<google::rpc::ErrorInfo>(status).reason();
}

std::vector<RuleViolation> RuleViolationsOf(const absl::Status& status) {
    std::vector<RuleViolation> violations;
    const auto detail = Get<google::rpc::PreconditionFailure>(status);
    for (const auto& violation : detail.violations()) {
        violations.push_back({violation.type(), violation.subject(), violation.description()});
    }
    return violations;
}

std::vector<FieldViolation> FieldViolationsOf(const absl::Status& status) {
    std::vector<FieldViolation> violations;
    const auto detail = Get<google::rpc::BadRequest>(status);
    for (const auto& violation : detail.field_violations()) {
        violations.push_back({violation.field(), violation.description()});
    }
    return violations;
}

}  // namespace throughline
