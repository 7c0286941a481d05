// Builds bottom-up, as main does, and takes down in the reverse order.
#include "tests/services/casework/ground.h"

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "eventstore/vault/memory_key_store.h"
#include "services/auth/token_keys.h"

namespace throughline {
namespace {

/// Noon of kToday in London.
constexpr std::int64_t kNoonMicros = 1'759'143'600'000'000;

/// Only a synthetic store makes tokens for itself.
const std::string kIssuer = SyntheticIssuer(RandomUuid());

/// Tests are set up from what must work.
template <class T>
T Need(absl::StatusOr<T> value) {
    if (value.ok()) return *std::move(value);
    std::cerr << "the ground of the test could not be laid: " << value.status() << "\n";
    std::abort();
}

template <class Response>
Response Must(const Reply<Response>& reply) {
    if (reply.ok()) return reply.response;
    std::cerr << "the setting-up of the test was refused: " << reply.status << "\n";
    std::abort();
}

}  // namespace

std::string NewCommandId() {
    return ToString(RandomUuid());
}

Ground::Ground() : clock_(FromMicros(kNoonMicros)) {
    records_ = std::make_unique<MemoryLog>(clock_);
    auto keys = std::make_unique<MemoryKeyStore>();
    KeyEncryptionKey kek{};
    kek.fill(7);
    if (!Vault::Initialise(*keys, kek).ok()) std::abort();
    vault_ = Need(Vault::Open(std::move(keys), kek));
    log_ = std::make_unique<LocalEventLog>(*records_, *vault_);
    meddled_log_ = std::make_unique<MeddledLog>(*log_);
    subjects_ = std::make_unique<VaultSubjects>(*vault_);

    const TokenKeyPair pair = Need(MakeTokenKeys());
    issuer_ = std::make_unique<TokenIssuer>(pair.private_pem, kIssuer, real_clock_);
    authenticator_ = Need(TokenAuthenticator::Make({kIssuer, {pair.public_pem}, true}, real_clock_));
    shell_ = std::make_unique<Shell>(*meddled_log_, *subjects_, clock_, *authenticator_);
    upn_links_ = std::make_unique<UpnLinks>(*meddled_log_, *subjects_);
    services_.push_back(std::make_unique<SchoolService>(*shell_));
    services_.push_back(std::make_unique<ProvisionService>(*shell_));
    services_.push_back(std::make_unique<PupilService>(*shell_, *upn_links_));
    services_.push_back(std::make_unique<ReferralService>(*shell_));
    services_.push_back(std::make_unique<CorrectionService>(*shell_, *upn_links_));
    grpc::ServerBuilder builder;
    for (const auto& service : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel({});
}

Ground::~Ground() {
    channel_.reset();
    server_->Shutdown();
}

std::string Ground::TokenOf(const Identity& who) const {
    return Need(issuer_->Issue(who, std::chrono::minutes(5)));
}

Identity Ground::Operator() const {
    return {Party::kOperator, "operator", "An operator", {}, ""};
}

Identity Ground::Staff(std::vector<events::v1::StaffRole> roles, const std::string& person_id,
                       const std::string& urn) const {
    return {Party::kStaff, person_id, "Person " + person_id, std::move(roles), urn};
}

void Ground::SetUpSchool() {
    school_id = Must(Send(Operator(), story::RegisterSchool())).school_id();
    auto open = story::OpenProvision();
    open.set_school_id(school_id);
    provision_id = Must(Send(Leader(), open)).provision_id();
    auto add = story::AddStrand();
    add.set_provision_id(provision_id);
    strand_id = Must(Send(Leader(), add)).strand_id();
    casework::v1::SetReferralCriteriaRequest criteria;
    criteria.set_strand_id(strand_id);
    Must(Send(Leader(), criteria));
}

void Ground::SetUpPupil() {
    SetUpSchool();
    auto pupil = story::RegisterPupil();
    pupil.set_school_id(school_id);
    pupil_id = Must(Send(Leader(), pupil)).pupil_id();
}

casework::v1::RaiseReferralRequest Ground::Raise() const {
    auto raise = story::RaiseReferral(strand_id);
    raise.set_pupil_id(pupil_id);
    return raise;
}

Reply<casework::v1::RegisterSchoolResponse> Ground::Send(const Identity& who,
                                                         casework::v1::RegisterSchoolRequest request) {
    return Call(&casework::v1::SchoolService::Stub::RegisterSchool, who, std::move(request));
}

Reply<casework::v1::AddMemberOfStaffResponse> Ground::Send(const Identity& who,
                                                           casework::v1::AddMemberOfStaffRequest request) {
    return Call(&casework::v1::SchoolService::Stub::AddMemberOfStaff, who, std::move(request));
}

Reply<casework::v1::OpenProvisionResponse> Ground::Send(const Identity& who,
                                                        casework::v1::OpenProvisionRequest request) {
    return Call(&casework::v1::ProvisionService::Stub::OpenProvision, who, std::move(request));
}

Reply<casework::v1::AddStrandResponse> Ground::Send(const Identity& who, casework::v1::AddStrandRequest request) {
    return Call(&casework::v1::ProvisionService::Stub::AddStrand, who, std::move(request));
}

Reply<casework::v1::SetReferralCriteriaResponse> Ground::Send(const Identity& who,
                                                              casework::v1::SetReferralCriteriaRequest request) {
    return Call(&casework::v1::ProvisionService::Stub::SetReferralCriteria, who, std::move(request));
}

Reply<casework::v1::SetOperatingModelResponse> Ground::Send(const Identity& who,
                                                            casework::v1::SetOperatingModelRequest request) {
    return Call(&casework::v1::ProvisionService::Stub::SetOperatingModel, who, std::move(request));
}

Reply<casework::v1::RegisterPupilResponse> Ground::Send(const Identity& who,
                                                        casework::v1::RegisterPupilRequest request) {
    return Call(&casework::v1::PupilService::Stub::RegisterPupil, who, std::move(request));
}

Reply<casework::v1::RaiseReferralResponse> Ground::Send(const Identity& who,
                                                        casework::v1::RaiseReferralRequest request) {
    return Call(&casework::v1::ReferralService::Stub::RaiseReferral, who, std::move(request));
}

Reply<casework::v1::RecordPriorSupportResponse> Ground::Send(const Identity& who,
                                                             casework::v1::RecordPriorSupportRequest request) {
    return Call(&casework::v1::ReferralService::Stub::RecordPriorSupport, who, std::move(request));
}

Reply<casework::v1::GiveProfessionalViewResponse> Ground::Send(const Identity& who,
                                                               casework::v1::GiveProfessionalViewRequest request) {
    return Call(&casework::v1::ReferralService::Stub::GiveProfessionalView, who, std::move(request));
}

Reply<casework::v1::AcceptReferralResponse> Ground::Send(const Identity& who,
                                                         casework::v1::AcceptReferralRequest request) {
    return Call(&casework::v1::ReferralService::Stub::AcceptReferral, who, std::move(request));
}

Reply<casework::v1::DeclineReferralResponse> Ground::Send(const Identity& who,
                                                          casework::v1::DeclineReferralRequest request) {
    return Call(&casework::v1::ReferralService::Stub::DeclineReferral, who, std::move(request));
}

Reply<casework::v1::CorrectFactResponse> Ground::Send(const Identity& who, casework::v1::CorrectFactRequest request) {
    return Call(&casework::v1::CorrectionService::Stub::CorrectFact, who, std::move(request));
}

Reply<casework::v1::AnnulFactResponse> Ground::Send(const Identity& who, casework::v1::AnnulFactRequest request) {
    return Call(&casework::v1::CorrectionService::Stub::AnnulFact, who, std::move(request));
}

}  // namespace throughline
