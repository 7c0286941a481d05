// There is no index by event id: an entry is looked for among its subject's own.
#include "services/casework/correction/entry_place.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/base/tags.h"
#include "projections/history/effective.h"
#include "services/casework/access.h"
#include "services/casework/fact_query.h"

namespace throughline {
namespace {

QueryItem AboutPupil(const std::string& pupil_id) {
    return {{}, {MakeTag("pupil", pupil_id)}};
}

QueryItem AboutSchool(const std::string& school_id) {
    return AllFactsAbout<events::v1::SchoolFact, events::v1::ProvisionFact>({MakeTag("school", school_id)});
}

bool IsAboutSchoolItself(const eventstore::v1::RecordHeader& header) {
    const std::vector<std::string> types = AllTypes<events::v1::SchoolFact>();
    return std::find(types.begin(), types.end(), header.type()) != types.end();
}

absl::Status NameTheFirstEntry(const eventstore::v1::RecordHeader& correction) {
    const std::optional<Uuid> first = UuidFromBytes(correction.causation_id());
    const std::string first_id = first ? ToString(*first) : "the one it names";
    const RuleViolation violation{"NOT_A_FIRST_ENTRY", first_id, "give the event id of the entry as first recorded"};
    return RuleError("NOT_A_FIRST_ENTRY",
                     fmt::format("this is itself a correction; name the entry that it puts right, {}", first_id),
                     {&violation, 1});
}

/// The pupil and the school, or the school alone, that a subject id stands for.
absl::StatusOr<EntryPlace> PlaceOf(const std::string& subject_id, HeaderLookup& lookup) {
    const auto pupils_school =
        lookup.TagOf(TypeName<events::v1::PupilRegistered>(), MakeTag("pupil", subject_id), "school");
    if (!pupils_school.ok()) return pupils_school.status();
    if (pupils_school->has_value()) return EntryPlace{{}, subject_id, **pupils_school};
    const auto school = lookup.First(TypeName<events::v1::SchoolRegistered>(), MakeTag("school", subject_id));
    if (!school.ok()) return school.status();
    if (school->has_value()) return EntryPlace{{}, {}, subject_id};
    return Unknown("subject", subject_id);
}

}  // namespace

absl::StatusOr<EntryPlace> FindEntry(const std::string& subject_id, const std::string& event_id, HeaderLookup& lookup,
                                     const CommandContext& context) {
    absl::StatusOr<EntryPlace> place = PlaceOf(subject_id, lookup);
    if (!place.ok()) return place.status();
    const bool pupils = !place->pupil_id.empty();
    // Operators put right what they set up; that it is about the school itself is checked below.
    absl::Status may = pupils ? MayActFor(place->school_id, context) : MaySetUp(place->school_id, context);
    if (!may.ok()) return may;

    const EventId event{ParseUuid(event_id).value_or(Uuid{})};
    const Query entries{{pupils ? AboutPupil(place->pupil_id) : AboutSchool(place->school_id)}};
    absl::StatusOr<std::optional<eventstore::v1::RecordHeader>> header = lookup.Event(event, entries);
    if (!header.ok()) return header.status();
    if (!header->has_value()) return Unknown("entry", event_id);
    if (IsCorrection(**header)) return NameTheFirstEntry(**header);
    if (!IsAboutSchoolItself(**header)) {
        if (may = MayActFor(place->school_id, context); !may.ok()) return may;
    }
    place->header = **std::move(header);
    return place;
}

Query CorrectionQuery(const EntryPlace& place) {
    Query query{{AboutSchool(place.school_id)}};
    if (!place.pupil_id.empty()) query.items.push_back(AboutPupil(place.pupil_id));
    return query;
}

Query AnnulmentQuery(const EntryPlace& place) {
    Query query = CorrectionQuery(place);
    const std::vector<std::string> tags(place.header.tags().begin(), place.header.tags().end());
    if (const auto strand = FindTag(tags, "strand"); strand && place.pupil_id.empty()) {
        query.items.push_back(FactsAbout<events::v1::ReferralRaised>({MakeTag("strand", *strand)}));
    }
    if (place.header.type() == TypeName<events::v1::SchoolRegistered>()) {
        query.items.push_back(FactsAbout<events::v1::PupilRegistered>({MakeTag("school", place.school_id)}));
    }
    return query;
}

}  // namespace throughline
