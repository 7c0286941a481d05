// Tags and positions say what was built on what.
#include "services/casework/correction/stands_on.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/tags.h"
#include "services/casework/fact_query.h"

namespace throughline {
namespace {

using Entries = std::span<const EffectiveFact>;

std::string TagOf(const EffectiveFact& entry, std::string_view kind) {
    const std::vector<std::string> tags(entry.header.tags().begin(), entry.header.tags().end());
    return std::string(FindTag(tags, kind).value_or(""));
}

bool Is(const EffectiveFact& entry, const std::string& type, std::string_view kind, const std::string& id) {
    return entry.header.type() == type && entry.standing != Standing::kAnnulled && TagOf(entry, kind) == id;
}

Breach InUse(const EffectiveFact& entry, std::ptrdiff_t count, std::string_view what) {
    if (count == 0) return std::nullopt;
    const std::string id = ToString(UuidFromBytes(entry.header.event_id()).value_or(Uuid{}));
    return Refuse("ENTRY_IN_USE", id,
                  fmt::format("{} {} on this entry; annul them first, or correct this entry instead", count, what));
}

Breach Referrals(const EffectiveFact& entry, Entries later) {
    const std::string strand = TagOf(entry, "strand");
    const auto count = std::count_if(later.begin(), later.end(), [&](const EffectiveFact& other) {
        return Is(other, TypeName<events::v1::ReferralRaised>(), "strand", strand);
    });
    return InUse(entry, count, "referrals stand");
}

/// Those raised under one version of the criteria stand between it and the next.
Entries UntilNextCriteria(const EffectiveFact& entry, Entries later) {
    const std::string strand = TagOf(entry, "strand");
    const auto next = std::find_if(later.begin(), later.end(), [&](const EffectiveFact& other) {
        return other.header.type() == TypeName<events::v1::ReferralCriteriaSet>() && TagOf(other, "strand") == strand;
    });
    return later.first(static_cast<std::size_t>(next - later.begin()));
}

Breach Pupils(const EffectiveFact& entry, Entries later) {
    const std::string school = TagOf(entry, "school");
    const auto count = std::count_if(later.begin(), later.end(), [&](const EffectiveFact& other) {
        return Is(other, TypeName<events::v1::PupilRegistered>(), "school", school);
    });
    return InUse(entry, count, "pupils' registrations stand");
}

}  // namespace

Breach StandsOn(const EffectiveFact& entry, Entries history) {
    const auto here = std::find_if(history.begin(), history.end(),
                                   [&](const EffectiveFact& other) { return other.position > entry.position; });
    const Entries later = history.subspan(static_cast<std::size_t>(here - history.begin()));
    if (entry.header.type() == TypeName<events::v1::SchoolRegistered>()) return Pupils(entry, later);
    if (entry.header.type() == TypeName<events::v1::StrandAdded>()) return Referrals(entry, later);
    if (entry.header.type() == TypeName<events::v1::ReferralCriteriaSet>()) {
        return Referrals(entry, UntilNextCriteria(entry, later));
    }
    return std::nullopt;
}

}  // namespace throughline
