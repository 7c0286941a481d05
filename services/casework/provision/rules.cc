// Each rule says what to do instead.
#include "services/casework/provision/rules.h"

#include <fmt/format.h>

#include "projections/history/effective.h"

namespace throughline {
namespace {

Breach StrandMissing(const std::string& strand_id, const Provisions& provisions) {
    const Strand* strand = provisions.FindStrand(strand_id);
    // A strand that was annulled may still have criteria: it has no provision any more.
    if (strand != nullptr && !strand->provision_id.empty()) return std::nullopt;
    return Refuse("STRAND_UNKNOWN", strand_id, "add the strand first, or check its id");
}

Breach BeforeOpening(const std::string& provision_id, Day on, const Provisions& provisions) {
    const Provision* provision = provisions.FindProvision(provision_id);
    if (provision == nullptr || on >= provision->opened_on) return std::nullopt;
    return Refuse(
        "DATED_BEFORE_OPENED", provision_id,
        fmt::format("the provision opened on {}; give that day or a later one", ToText(provision->opened_on)));
}

Breach CannotBeAdded(const events::v1::StrandAdded& added, Day on, const Provisions& provisions) {
    if (provisions.FindProvision(added.provision_id()) == nullptr) {
        return Refuse("PROVISION_UNKNOWN", added.provision_id(), "open the provision first, or check its id");
    }
    for (const auto& [id, strand] : provisions.strands) {
        if (strand.provision_id == added.provision_id() && strand.name == added.name()) {
            return Refuse("STRAND_NAME_TAKEN", id, "the provision has a strand of this name; choose another name");
        }
    }
    return BeforeOpening(added.provision_id(), on, provisions);
}

Breach StrandBeforeOpening(const std::string& strand_id, Day on, const Provisions& provisions) {
    const Strand* strand = provisions.FindStrand(strand_id);
    return strand == nullptr ? std::nullopt : BeforeOpening(strand->provision_id, on, provisions);
}

Breach CriteriaCannotBeSet(const events::v1::ReferralCriteriaSet& set, Day on, const Provisions& provisions) {
    if (Breach missing = StrandMissing(set.strand_id(), provisions)) return missing;
    return StrandBeforeOpening(set.strand_id(), on, provisions);
}

Breach ModelCannotBeSet(const events::v1::OperatingModelSet& set, Day on, const Provisions& provisions) {
    if (Breach breach = PurposeNotOffered(set.strand_id(), set.purpose(), provisions)) return breach;
    return StrandBeforeOpening(set.strand_id(), on, provisions);
}

}  // namespace

Breach PurposeNotOffered(const std::string& strand_id, events::v1::PlacementPurpose purpose,
                         const Provisions& provisions) {
    if (Breach missing = StrandMissing(strand_id, provisions)) return missing;
    const Strand& strand = *provisions.FindStrand(strand_id);
    if (strand.purposes.contains(purpose)) return std::nullopt;
    std::string offered;
    for (const int other : strand.purposes) {
        offered += (offered.empty() ? "" : ", ") +
                   events::v1::PlacementPurpose_Name(static_cast<events::v1::PlacementPurpose>(other));
    }
    return Refuse("PURPOSE_NOT_OFFERED", events::v1::PlacementPurpose_Name(purpose),
                  fmt::format("the strand does not offer this purpose; choose one of {}", offered));
}

Breach RuleAgainst(const events::v1::Fact& fact, const School& school, const Provisions& provisions) {
    const events::v1::ProvisionFact& provision = fact.provision();
    const Day on{OccurredDay(fact.occurred())};
    switch (provision.fact_case()) {
        case events::v1::ProvisionFact::kOpened:
            if (school.registered()) return std::nullopt;
            return Refuse("SCHOOL_NOT_REGISTERED", provision.opened().school_id(), "register the school first");
        case events::v1::ProvisionFact::kStrandAdded:
            return CannotBeAdded(provision.strand_added(), on, provisions);
        case events::v1::ProvisionFact::kReferralCriteriaSet:
            return CriteriaCannotBeSet(provision.referral_criteria_set(), on, provisions);
        case events::v1::ProvisionFact::kOperatingModelSet:
            return ModelCannotBeSet(provision.operating_model_set(), on, provisions);
        case events::v1::ProvisionFact::FACT_NOT_SET:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace throughline
