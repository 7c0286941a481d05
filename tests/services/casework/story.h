// The people, ids, facts and commands that casework's tests are told with: one school, one strand, one pupil.
#pragma once

#include <string>
#include <vector>

#include "projections/history/civil_date.h"
#include "throughline/casework/v1/correction_service.pb.h"
#include "throughline/casework/v1/provision_service.pb.h"
#include "throughline/casework/v1/pupil_service.pb.h"
#include "throughline/casework/v1/referral_service.pb.h"
#include "throughline/casework/v1/school_service.pb.h"
#include "throughline/events/v1/fact.pb.h"

namespace throughline::story {

namespace ev = events::v1;
namespace cw = casework::v1;

inline const std::string kSchool = "5c000000-0000-4000-8000-000000000001";
inline const std::string kOtherSchool = "5c000000-0000-4000-8000-000000000002";
inline const std::string kProvision = "90000000-0000-4000-8000-000000000001";
inline const std::string kStrand = "57000000-0000-4000-8000-000000000001";
inline const std::string kOtherStrand = "57000000-0000-4000-8000-000000000002";
inline const std::string kCriteria = "c0000000-0000-4000-8000-000000000001";
inline const std::string kPupil = "bb000000-0000-4000-8000-000000000001";
inline const std::string kReferral = "4e000000-0000-4000-8000-000000000001";
inline const std::string kOtherReferral = "4e000000-0000-4000-8000-000000000002";
inline const std::string kNewId = "aa000000-0000-4000-8000-000000000001";

inline constexpr const char* kUrn = "123456";
inline constexpr const char* kUpn = "B801200005001";
inline constexpr const char* kOtherUpn = "P207000016049";

[[nodiscard]] Day On(int year, int month, int day);
/// 1 September 2025, when everything in these stories begins.
inline const Day kStart = On(2025, 9, 1);
/// 29 September 2025: what the commands call today.
inline const Day kToday = On(2025, 9, 29);

[[nodiscard]] ev::Actor Person(const std::string& id, std::vector<ev::StaffRole> roles);
[[nodiscard]] ev::Actor Senco();
[[nodiscard]] ev::Actor IapLead();
[[nodiscard]] ev::Actor SeniorLeader();
[[nodiscard]] ev::Actor Head();

/// `fact` as said by `actor` about `day`.
[[nodiscard]] ev::Fact By(const ev::Actor& actor, ev::Fact fact);
[[nodiscard]] ev::Fact At(Day day, ev::Fact fact);

[[nodiscard]] ev::Fact SchoolRegistered();
[[nodiscard]] ev::Fact StaffJoined(const std::string& person_id = "senco");
[[nodiscard]] ev::Fact ProvisionOpened(const std::string& school_id = kSchool);
[[nodiscard]] ev::Fact StrandAdded(const std::string& strand_id = kStrand, const std::string& name = "KS3");
/// Requires a SEN assessment and mentoring, three items in all, and the views of SENCo and IAP lead.
[[nodiscard]] ev::Fact CriteriaSet();
[[nodiscard]] ev::Fact NoCriteriaSet(const std::string& criteria_id = kCriteria);
[[nodiscard]] ev::Fact LeadTimeSet(int days, ev::PlacementPurpose purpose = ev::PLACEMENT_PURPOSE_REINTEGRATION);
[[nodiscard]] ev::Fact PupilRegistered();
[[nodiscard]] ev::Fact Raised(const std::string& referral_id = kReferral, const std::string& strand_id = kStrand);
[[nodiscard]] ev::Fact Supported(ev::PriorSupportKind kind, const std::string& evaluation = "Reviewed after six weeks");
[[nodiscard]] ev::Fact ViewGiven(ev::StaffRole role);
[[nodiscard]] ev::Fact Accepted(Day start_on);
[[nodiscard]] ev::Fact Declined();

/// School, provision, strand with the criteria above, lead time 28 days, pupil.
[[nodiscard]] std::vector<ev::Fact> Ready();
/// What the criteria ask for, in a referral.
[[nodiscard]] std::vector<ev::Fact> AllEvidence();
[[nodiscard]] std::vector<ev::Fact> Join(std::vector<std::vector<ev::Fact>> parts);

[[nodiscard]] cw::RegisterSchoolRequest RegisterSchool();
[[nodiscard]] cw::AddMemberOfStaffRequest AddMemberOfStaff();
[[nodiscard]] cw::OpenProvisionRequest OpenProvision();
[[nodiscard]] cw::AddStrandRequest AddStrand(const std::string& name = "KS3");
[[nodiscard]] cw::SetReferralCriteriaRequest SetReferralCriteria();
[[nodiscard]] cw::SetOperatingModelRequest SetOperatingModel();
[[nodiscard]] cw::RegisterPupilRequest RegisterPupil();
[[nodiscard]] cw::RaiseReferralRequest RaiseReferral(const std::string& strand_id = kStrand);
[[nodiscard]] cw::RecordPriorSupportRequest RecordPriorSupport(ev::PriorSupportKind kind);
[[nodiscard]] cw::GiveProfessionalViewRequest GiveProfessionalView(ev::StaffRole role);
[[nodiscard]] cw::AcceptReferralRequest AcceptReferral(Day start_on = On(2025, 10, 6));
[[nodiscard]] cw::DeclineReferralRequest DeclineReferral();

[[nodiscard]] ev::Override OverrideView(ev::StaffRole role);
[[nodiscard]] ev::Override OverrideSupport(ev::PriorSupportKind kind);
[[nodiscard]] ev::Override OverrideOf(ev::GapKind kind);

}  // namespace throughline::story
