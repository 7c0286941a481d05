// From a question about a pupil to a page of entries.
#include "services/views/chronology_query.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/consistency_token.h"
#include "eventstore/base/status_details.h"
#include "projections/chronology/chronology.h"
#include "projections/runner/as_known.h"
#include "services/views/page_token.h"

namespace throughline {
namespace {

using views::v1::GetChronologyRequest;
using views::v1::GetChronologyResponse;

// Rows read at a time: entries can be large, and a page may end long before its number is full.
constexpr std::size_t kRowsAtOnce = 50;
// 0001-01-01 to 9999-12-31, as google.protobuf.Timestamp allows.
constexpr std::int64_t kSecondsMin = -62'135'596'800;
constexpr std::int64_t kSecondsMax = 253'402'300'799;

std::string NameOf(const SubjectId& pupil, const std::optional<Instant>& as_known_at) {
    return fmt::format("chronology/{}/{}", ToString(pupil), as_known_at ? ToMicros(*as_known_at) : 0);
}

bool IsValid(const google::protobuf::Timestamp& at) {
    return kSecondsMin <= at.seconds() && at.seconds() <= kSecondsMax && 0 <= at.nanos() && at.nanos() < 1'000'000'000;
}

// Shape only: a UPN that is well formed and wrong is simply nobody's.
bool LooksLikeUpn(std::string_view upn) {
    const auto digit = [](char c) { return '0' <= c && c <= '9'; };
    const auto letter = [](char c) { return 'A' <= c && c <= 'Z'; };
    if (upn.size() != 13 || !letter(upn.front())) return false;
    const std::string_view middle = upn.substr(1, 11);
    return std::all_of(middle.begin(), middle.end(), digit) && (digit(upn.back()) || letter(upn.back()));
}

}  // namespace

ChronologyQuery::ChronologyQuery(const View& view, RowStore& rows, EventLog& log, SubjectFinder& subjects,
                                 const Clock& clock)
    : view_(view), rows_(rows), log_(log), subjects_(subjects), clock_(clock), rights_(log, subjects) {}

absl::StatusOr<ChronologyQuestion> ChronologyQuery::Check(const GetChronologyRequest& request) const {
    std::vector<FieldViolation> bad;
    ChronologyQuestion question;
    if (const std::optional<Uuid> pupil = ParseUuid(request.pupil_id())) {
        question.pupil = SubjectId{*pupil};
    } else {
        bad.push_back({"pupil_id", "the pupil's id, a UUID of 36 characters; FindPupil gives it"});
    }
    if (request.page_size() < 0 || request.page_size() > kPageEntriesMax) {
        bad.push_back({"page_size", fmt::format("1 to {}, or 0 for {}", kPageEntriesMax, kPageEntriesUsual)});
    } else {
        question.entries_max =
            static_cast<std::size_t>(request.page_size() == 0 ? kPageEntriesUsual : request.page_size());
    }
    if (request.has_as_known_at()) {
        const google::protobuf::Timestamp& at = request.as_known_at();
        if (!IsValid(at)) {
            bad.push_back({"as_known_at", "an instant in the years 1 to 9999"});
        } else {
            question.as_known_at = FromMicros(at.seconds() * 1'000'000 + at.nanos() / 1'000);
            if (clock_.Now() < *question.as_known_at) {
                bad.push_back(
                    {"as_known_at", "give an instant that has passed, or leave it out for what is known now"});
            }
        }
    }
    if (!request.consistency_token().empty()) {
        const absl::StatusOr<Position> seen = DecodeConsistencyToken(log_.StoreId(), request.consistency_token());
        // One from beyond the end was never given out, and would only be waited for in vain.
        if (seen.ok() && *seen <= log_.End()) {
            question.seen = *seen;
        } else {
            bad.push_back({"consistency_token", "a token as a command or query of this service gave it, or empty"});
        }
    }
    if (!request.page_token().empty()) {
        question.after = DecodePageToken(NameOf(question.pupil, question.as_known_at), request.page_token());
        if (!question.after || question.after->size() != kChronologyKeyBytes) {
            bad.push_back({"page_token", "as the page before gave it, for the same pupil and as_known_at; or empty"});
        }
    }
    if (!bad.empty()) return BadRequestError(bad);
    return question;
}

absl::StatusOr<GetChronologyResponse> ChronologyQuery::Answer(const Identity& identity,
                                                              const ChronologyQuestion& question) const {
    if (auto status = rights_.MayView(identity, question.pupil); !status.ok()) return status;
    const std::string group = ChronologyGroup(question.pupil);
    GetChronologyResponse response;
    response.set_synthetic(log_.Synthetic());
    if (question.as_known_at) {
        response.set_consistency_token(EncodeConsistencyToken(log_.StoreId(), log_.End()));
        const absl::StatusOr<std::unique_ptr<MemoryRows>> known =
            FoldAsKnown(view_, log_, group, *question.as_known_at);
        if (!known.ok()) return known.status();
        if (auto status = FillPage(**known, question, response); !status.ok()) return status;
        return response;
    }
    if (auto status = RefuseParked(group); !status.ok()) return status;
    // The mark before the rows: they are at least as new as the token says.
    const absl::StatusOr<Mark> mark = rows_.MarkOf(RowSet::kServed);
    if (!mark.ok()) return mark.status();
    response.set_consistency_token(EncodeConsistencyToken(log_.StoreId(), mark->next));
    if (auto status = FillPage(rows_, question, response); !status.ok()) return status;
    return response;
}

absl::Status ChronologyQuery::RefuseParked(const std::string& group) const {
    const absl::StatusOr<std::map<std::string, std::string>> parked = rows_.Parked(RowSet::kServed);
    if (!parked.ok()) return parked.status();
    const auto found = parked->find(group);
    if (found == parked->end()) return absl::OkStatus();
    return WithReason(
        absl::DataLossError(fmt::format(
            "the chronology of {} stands still and would be incomplete: {}; tell the operator of the service", group,
            found->second)),
        "VIEW_PARKED");
}

absl::Status ChronologyQuery::FillPage(RowStore& rows, const ChronologyQuestion& question,
                                       GetChronologyResponse& response) const {
    const std::string group = ChronologyGroup(question.pupil);
    std::optional<std::string> after = question.after;
    std::size_t bytes = 0;
    for (;;) {
        const absl::StatusOr<std::vector<Row>> found = rows.Scan(RowSet::kServed, group, after, kRowsAtOnce);
        if (!found.ok()) return found.status();
        for (const Row& row : *found) {
            const bool full = static_cast<std::size_t>(response.entries_size()) == question.entries_max;
            if (full || (bytes > 0 && bytes + row.value.size() > kPageBytesMax)) {
                response.set_next_page_token(EncodePageToken(NameOf(question.pupil, question.as_known_at), *after));
                return absl::OkStatus();
            }
            if (!response.add_entries()->ParseFromString(row.value)) {
                return absl::DataLossError(fmt::format("an entry of {} cannot be read; rebuild the view", group));
            }
            bytes += row.value.size();
            after = row.key;
        }
        if (found->size() < kRowsAtOnce) return absl::OkStatus();
    }
}

absl::StatusOr<SubjectId> ChronologyQuery::FindPupil(const Identity& identity, const std::string& upn) const {
    if (auto status = StaffOnly(identity); !status.ok()) return status;
    if (!LooksLikeUpn(upn)) {
        const FieldViolation bad{"upn", "13 characters: a capital letter, 11 digits, then a digit or a capital letter"};
        return BadRequestError({&bad, 1});
    }
    const absl::StatusOr<std::optional<SubjectId>> pupil = subjects_.Find(eventstore::v1::SUBJECT_KIND_PUPIL, upn);
    if (!pupil.ok()) return pupil.status();
    // One answer for "nobody's" and "another school's": which of them it is is nobody else's business.
    const absl::Status nobody = WithReason(
        absl::NotFoundError("no pupil with this UPN is on the roll of your school; check the UPN"), "UNKNOWN_UPN");
    if (!*pupil) return nobody;
    const absl::Status may = rights_.MayView(identity, **pupil);
    if (absl::IsPermissionDenied(may) || absl::IsNotFound(may)) return nobody;
    if (!may.ok()) return may;
    return **pupil;
}

}  // namespace throughline
