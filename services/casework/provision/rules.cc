// Each rule says what to do instead.
#include "services/casework/provision/rules.h"

#include <fmt/format.h>

namespace throughline {
namespace {

Breach StrandMissing(const std::string& strand_id, const Provisions& provisions) {
    const Strand* strand = provisions.FindStrand(strand_id);
    // A strand that was annulled may still have criteria: it has no provision any more.
    if (strand != nullptr && !strand->provision_id.empty()) return std::nullopt;
    return Refuse("STRAND_UNKNOWN", strand_id, "add the strand first, or check its id");
}

Breach CannotBeAdded(const events::v1::StrandAdded& added, const Provisions& provisions) {
    if (provisions.FindProvision(added.provision_id()) == nullptr) {
        return Refuse("PROVISION_UNKNOWN", added.provision_id(), "open the provision first, or check its id");
    }
    for (const auto& [id, strand] : provisions.strands) {
        if (strand.provision_id == added.provision_id() && strand.name == added.name()) {
            return Refuse("STRAND_NAME_TAKEN", id, "the provision has a strand of this name; choose another name");
        }
    }
    return std::nullopt;
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

Breach RuleAgainst(const events::v1::ProvisionFact& fact, const School& school, const Provisions& provisions) {
    switch (fact.fact_case()) {
        case events::v1::ProvisionFact::kOpened:
            if (school.registered()) return std::nullopt;
            return Refuse("SCHOOL_NOT_REGISTERED", fact.opened().school_id(), "register the school first");
        case events::v1::ProvisionFact::kStrandAdded:
            return CannotBeAdded(fact.strand_added(), provisions);
        case events::v1::ProvisionFact::kReferralCriteriaSet:
            return StrandMissing(fact.referral_criteria_set().strand_id(), provisions);
        case events::v1::ProvisionFact::kOperatingModelSet:
            return PurposeNotOffered(fact.operating_model_set().strand_id(), fact.operating_model_set().purpose(),
                                     provisions);
        case events::v1::ProvisionFact::FACT_NOT_SET:
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace throughline
