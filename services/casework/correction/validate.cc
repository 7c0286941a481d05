// The same checks that the commands ran when the fact was first recorded.
#include "services/casework/correction/validate.h"

#include <fmt/format.h>

#include "projections/history/effective.h"
#include "services/casework/provision/validate.h"
#include "services/casework/pupil/validate.h"
#include "services/casework/referral/validate.h"
#include "services/casework/school/validate.h"

namespace throughline {
namespace {

/// 1900-01-01 and 2200-01-01, in seconds since 1970: the years that dates may have.
constexpr std::int64_t kFirstSecond = -2'208'988'800;
constexpr std::int64_t kEndSecond = 7'258'118'400;

void ValidateOccurred(const events::v1::Occurred& occurred, FieldChecks& fields) {
    switch (occurred.when_case()) {
        case events::v1::Occurred::kOn:
            fields.PastDate("on", true, occurred.on());
            return;
        case events::v1::Occurred::kAt: {
            const std::int64_t seconds = occurred.at().seconds();
            const bool exists = seconds >= kFirstSecond && seconds < kEndSecond && occurred.at().nanos() >= 0 &&
                                occurred.at().nanos() < 1'000'000'000;
            fields.Require(exists && Day{OccurredDay(occurred)} <= fields.today(), "at",
                           fmt::format("give an instant that is not after today, {}", ToText(fields.today())));
            return;
        }
        case events::v1::Occurred::WHEN_NOT_SET:
            return fields.Require(false, "on", "give a day, or leave occurred out to keep it");
    }
}

}  // namespace

void Validate(const events::v1::Fact& fact, FieldChecks& fields) {
    fields.Require(!fact.has_actor(), "actor", "leave it out: who recorded the entry stays");
    if (fact.has_occurred()) {
        FieldChecks nested = fields.In("occurred");
        ValidateOccurred(fact.occurred(), nested);
    }
    switch (fact.aggregate_case()) {
        case events::v1::Fact::kSchool: {
            FieldChecks nested = fields.In("school");
            return Validate(fact.school(), nested);
        }
        case events::v1::Fact::kProvision: {
            FieldChecks nested = fields.In("provision");
            return Validate(fact.provision(), nested);
        }
        case events::v1::Fact::kPupil: {
            FieldChecks nested = fields.In("pupil");
            return Validate(fact.pupil(), nested);
        }
        case events::v1::Fact::kReferral: {
            FieldChecks nested = fields.In("referral");
            return Validate(fact.referral(), nested);
        }
        case events::v1::Fact::kCorrection:
            return fields.Require(false, "correction", "give the corrected entry itself, not a correction of it");
        case events::v1::Fact::AGGREGATE_NOT_SET:
            return fields.Require(false, "aggregate", "say what happened");
    }
}

void Check(const casework::v1::CorrectFactRequest& request, FieldChecks& fields) {
    fields.Id("subject_id", request.subject_id());
    fields.Id("event_id", request.event_id());
    fields.Prose("reason", request.reason(), kReason);
    FieldChecks nested = fields.In("corrected");
    Validate(request.corrected(), nested);
}

void Check(const casework::v1::AnnulFactRequest& request, FieldChecks& fields) {
    fields.Id("subject_id", request.subject_id());
    fields.Id("event_id", request.event_id());
    fields.Prose("reason", request.reason(), kReason);
}

}  // namespace throughline
