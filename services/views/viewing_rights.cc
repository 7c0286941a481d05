// The school in the tags of a pupil's registration against the school in the credentials.
#include "services/views/viewing_rights.h"

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/base/tags.h"
#include "throughline/events/v1/pupil.pb.h"

namespace throughline {

absl::Status StaffOnly(const Identity& identity) {
    if (identity.party == Party::kStaff && !identity.urn.empty()) return absl::OkStatus();
    return WithReason(
        absl::PermissionDeniedError("only staff of the pupil's school may see this; sign in as one of them"),
        "STAFF_ONLY");
}

absl::Status OperatorOnly(const Identity& identity) {
    if (identity.party == Party::kOperator) return absl::OkStatus();
    return WithReason(absl::PermissionDeniedError("only an operator of the service may do this; ask one"),
                      "OPERATORS_ONLY");
}

absl::Status ViewingRights::MayView(const Identity& identity, SubjectId pupil) const {
    if (auto status = StaffOnly(identity); !status.ok()) return status;
    ReadOptions options;
    options.query.items.push_back({{events::v1::PupilRegistered::descriptor()->full_name()},
                                   {SubjectTag(eventstore::v1::SUBJECT_KIND_PUPIL, pupil)}});
    options.limit = 1;
    options.headers_only = true;
    const absl::StatusOr<RecordBatch> registered = log_.Read(options);
    if (!registered.ok()) return registered.status();
    if (registered->records.empty()) {
        return WithReason(
            absl::NotFoundError(fmt::format("there is no pupil {}; check the id, or find it by UPN", ToString(pupil))),
            "UNKNOWN_ID");
    }
    const auto& header_tags = registered->records.front().header.tags();
    const std::vector<std::string> tags(header_tags.begin(), header_tags.end());
    const absl::StatusOr<std::optional<SubjectId>> school =
        subjects_.Find(eventstore::v1::SUBJECT_KIND_SCHOOL, identity.urn);
    if (!school.ok()) return school.status();
    if (*school && FindTag(tags, "school") == ToString(**school)) return absl::OkStatus();
    return WithReason(
        absl::PermissionDeniedError(
            "this pupil is on the roll of a school that the credentials are not for; sign in as a member of its "
            "staff, or check the id"),
        "OTHER_SCHOOL");
}

}  // namespace throughline
