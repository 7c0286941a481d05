// History as it counts: each fact with its latest value, the original one step away, annulled ones marked.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/store/event_log.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline {

enum class Standing {
    kRecorded,   ///< As first recorded.
    kCorrected,  ///< Its latest value stands in the place of the first.
    kAnnulled,   ///< Counts for nothing.
    kErased,     ///< The subject was erased: type, tags and times are all that is left.
};

/// What a fact said before it was put right.
struct SupersededFact {
    events::v1::Fact fact;
    std::string reason;
    events::v1::Actor put_right_by;
    std::int64_t put_right_at_us = 0;
    EventId correction;
};

/// A fact in its place, as it now stands.
struct EffectiveFact {
    Position position{};
    eventstore::v1::RecordHeader header;  ///< Of the record as first written.
    Standing standing = Standing::kRecorded;
    /// As it now stands (annulled: as it stood last), with the actor of the first entry. Nothing where erased.
    std::optional<events::v1::Fact> fact;
    /// Oldest first. Of an annulled fact the last one is the annulment: its reason, its actor, its time.
    std::vector<SupersededFact> originals;
};

/// Folds corrections and annulments into the facts that they name, and leaves them out themselves. `records` are in
/// log order. Records of other than fact types (the store's own) are left out too. Pure.
///
/// A correction of what is not among `records`, or was annulled before, changes nothing. Where any body of a subject is
/// gone, all its facts are erased: a subject is never shown by halves.
///   DATA_LOSS   a body does not parse as a Fact, its type is not the header's, or a correction changes the type
[[nodiscard]] absl::StatusOr<std::vector<EffectiveFact>> Effective(std::span<const Record> records);

/// The header type of a fact: the full name of the innermost message, for example
/// "throughline.events.v1.ReferralRaised". Empty where no fact is set.
[[nodiscard]] std::string TypeOf(const events::v1::Fact& fact);

/// The innermost message of a fact, for example its ReferralRaised; null where no fact is set. Lives as long as `fact`.
[[nodiscard]] const google::protobuf::Message* InnermostOf(const events::v1::Fact& fact);

/// True for FactCorrected and FactAnnulled records.
[[nodiscard]] bool IsCorrection(const eventstore::v1::RecordHeader& header);

/// The day on which a fact was so, in Europe/London, as days since 1970-01-01.
[[nodiscard]] std::int64_t OccurredDay(const events::v1::Occurred& occurred);

}  // namespace throughline
