// Facts say what a pupil's UPN is; the vault's links only find the pupil.
#include "services/casework/pupil/upn_links.h"

#include "eventstore/base/status_details.h"
#include "services/casework/decision.h"
#include "services/casework/fold.h"
#include "services/casework/pupil/evolve.h"
#include "services/casework/pupil/query.h"

namespace throughline {
namespace {

constexpr eventstore::v1::SubjectKind kPupil = eventstore::v1::SUBJECT_KIND_PUPIL;
constexpr int kHealingsMax = 3;

absl::Status AnotherPupils() {
    const Refusal refusal =
        Refuse("UPN_ALREADY_REGISTERED", "upn", "a pupil with this UPN is registered already; check the number");
    return RuleError(refusal.reason, refusal.text, refusal.violations);
}

}  // namespace

UpnLinks::UpnLinks(EventLog& log, Subjects& subjects) : log_(log), subjects_(subjects) {}

absl::StatusOr<Pupil> UpnLinks::PupilOf(SubjectId subject) {
    ReadOptions options;
    options.query = {{RegistrationOf(ToString(subject))}};
    const absl::StatusOr<RecordBatch> batch = log_.ReadAll(std::move(options));
    if (!batch.ok()) return batch.status();
    const absl::StatusOr<std::vector<EffectiveFact>> history = Effective(batch->records);
    if (!history.ok()) return history.status();
    return Fold<PupilState>(*history).pupil;
}

absl::StatusOr<bool> UpnLinks::Heal(const std::string& upn, SubjectId subject) {
    const absl::StatusOr<Pupil> pupil = PupilOf(subject);
    if (!pupil.ok()) return pupil.status();
    if (!pupil->registered() || pupil->upn == upn) return false;
    if (absl::Status status = subjects_.Unlink(kPupil, upn); !status.ok()) return status;
    return true;
}

absl::StatusOr<SubjectId> UpnLinks::SubjectOf(const std::string& upn) {
    for (int healings = 0; healings < kHealingsMax; ++healings) {
        const absl::StatusOr<SubjectId> subject = subjects_.GetOrCreate(kPupil, upn);
        if (!subject.ok()) return subject.status();
        const absl::StatusOr<Pupil> pupil = PupilOf(*subject);
        if (!pupil.ok()) return pupil.status();
        if (!pupil->registered() || pupil->upn == upn) return *subject;
        const std::unique_lock<std::mutex> held = Hold();
        if (const absl::StatusOr<bool> healed = Heal(upn, *subject); !healed.ok()) return healed.status();
    }
    return absl::AbortedError("the UPN is being corrected elsewhere; load again");
}

std::unique_lock<std::mutex> UpnLinks::Hold() {
    return std::unique_lock<std::mutex>(moving_);
}

absl::Status UpnLinks::Link(const std::string& upn, SubjectId pupil) {
    const absl::Status linked = subjects_.Link(kPupil, upn, pupil);
    if (!absl::IsAlreadyExists(linked)) return linked;
    const absl::StatusOr<std::optional<SubjectId>> other = subjects_.Find(kPupil, upn);
    if (!other.ok()) return other.status();
    if (other->has_value()) {
        const absl::StatusOr<bool> healed = Heal(upn, **other);
        if (!healed.ok()) return healed.status();
        if (!*healed) return AnotherPupils();
    }
    return subjects_.Link(kPupil, upn, pupil);
}

void UpnLinks::Unlink(const std::string& upn) {
    // The facts are durable and right; what is left is a stale link, which SubjectOf() and Link() heal.
    subjects_.Unlink(kPupil, upn).IgnoreError();
}

}  // namespace throughline
