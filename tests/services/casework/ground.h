// A whole casework in one process: memory log, real vault, signed tokens, gRPC without a port.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "eventstore/base/clock.h"
#include "eventstore/log/memory_log.h"
#include "eventstore/server/grpc_status.h"
#include "eventstore/store/local_event_log.h"
#include "eventstore/vault/vault.h"
#include "services/auth/identity.h"
#include "services/auth/token_authenticator.h"
#include "services/auth/token_issuer.h"
#include "services/casework/correction/service.h"
#include "services/casework/provision/service.h"
#include "services/casework/pupil/service.h"
#include "services/casework/referral/service.h"
#include "services/casework/school/service.h"
#include "tests/services/casework/meddled_log.h"
#include "tests/services/casework/story.h"

namespace throughline {

/// An answered call.
template <class Response>
struct Reply {
    absl::Status status;
    Response response;
    bool repeated = false;

    [[nodiscard]] bool ok() const { return status.ok(); }
};

/// A fresh UUID as text, for `command_id`.
[[nodiscard]] std::string NewCommandId();

class Ground {
  public:
    Ground();
    ~Ground();

    [[nodiscard]] Identity Operator() const;
    /// Staff of the school with this URN.
    [[nodiscard]] Identity Staff(std::vector<events::v1::StaffRole> roles, const std::string& person_id = "person",
                                 const std::string& urn = story::kUrn) const;
    [[nodiscard]] Identity Leader() const { return Staff({events::v1::STAFF_ROLE_SENIOR_LEADER}, "leader"); }

    /// Sends one call with a token of `who`'s; a command id is made where the request has none.
    template <class Stub, class Request, class Response>
    Reply<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                         const Identity& who, Request request) {
        if (request.command_id().empty()) request.set_command_id(NewCommandId());
        grpc::ClientContext context;
        if (call_timeout) context.set_deadline(std::chrono::system_clock::now() + *call_timeout);
        context.AddMetadata("authorization", "Bearer " + TokenOf(who));
        Reply<Response> reply;
        Stub stub(channel_);
        reply.status = FromGrpcStatus((stub.*method)(&context, request, &reply.response));
        reply.repeated = context.GetServerTrailingMetadata().contains(kRepeatedMetadata);
        return reply;
    }

    // The commands, one a name.
    Reply<casework::v1::RegisterSchoolResponse> Send(const Identity& who, casework::v1::RegisterSchoolRequest request);
    Reply<casework::v1::AddMemberOfStaffResponse> Send(const Identity& who,
                                                       casework::v1::AddMemberOfStaffRequest request);
    Reply<casework::v1::OpenProvisionResponse> Send(const Identity& who, casework::v1::OpenProvisionRequest request);
    Reply<casework::v1::AddStrandResponse> Send(const Identity& who, casework::v1::AddStrandRequest request);
    Reply<casework::v1::SetReferralCriteriaResponse> Send(const Identity& who,
                                                          casework::v1::SetReferralCriteriaRequest request);
    Reply<casework::v1::SetOperatingModelResponse> Send(const Identity& who,
                                                        casework::v1::SetOperatingModelRequest request);
    Reply<casework::v1::RegisterPupilResponse> Send(const Identity& who, casework::v1::RegisterPupilRequest request);
    Reply<casework::v1::RaiseReferralResponse> Send(const Identity& who, casework::v1::RaiseReferralRequest request);
    Reply<casework::v1::RecordPriorSupportResponse> Send(const Identity& who,
                                                         casework::v1::RecordPriorSupportRequest request);
    Reply<casework::v1::GiveProfessionalViewResponse> Send(const Identity& who,
                                                           casework::v1::GiveProfessionalViewRequest request);
    Reply<casework::v1::AcceptReferralResponse> Send(const Identity& who, casework::v1::AcceptReferralRequest request);
    Reply<casework::v1::DeclineReferralResponse> Send(const Identity& who,
                                                      casework::v1::DeclineReferralRequest request);
    Reply<casework::v1::CorrectFactResponse> Send(const Identity& who, casework::v1::CorrectFactRequest request);
    Reply<casework::v1::AnnulFactResponse> Send(const Identity& who, casework::v1::AnnulFactRequest request);

    /// Deadline of calls; absent: none.
    std::optional<std::chrono::milliseconds> call_timeout;

    // What the setting-up below made.
    std::string school_id;
    std::string provision_id;
    std::string strand_id;
    std::string pupil_id;

    /// School, provision, and a strand whose referrals need nothing.
    void SetUpSchool();
    /// As SetUpSchool, and a pupil.
    void SetUpPupil();
    /// For the pupil and the strand above.
    [[nodiscard]] casework::v1::RaiseReferralRequest Raise() const;

    [[nodiscard]] std::size_t RecordCount() { return ToUint64(log_->End()); }
    [[nodiscard]] LocalEventLog& log() { return *log_; }
    /// What casework runs on.
    [[nodiscard]] MeddledLog& meddled_log() { return *meddled_log_; }
    [[nodiscard]] Vault& vault() { return *vault_; }
    [[nodiscard]] StandingClock& clock() { return clock_; }
    [[nodiscard]] std::shared_ptr<grpc::Channel> channel() { return channel_; }

  private:
    [[nodiscard]] std::string TokenOf(const Identity& who) const;

    StandingClock clock_;
    SystemClock real_clock_;
    std::unique_ptr<MemoryLog> records_;
    std::unique_ptr<Vault> vault_;
    std::unique_ptr<LocalEventLog> log_;
    std::unique_ptr<MeddledLog> meddled_log_;
    std::unique_ptr<VaultSubjects> subjects_;
    std::unique_ptr<TokenIssuer> issuer_;
    std::unique_ptr<TokenAuthenticator> authenticator_;
    std::unique_ptr<Shell> shell_;
    std::unique_ptr<UpnLinks> upn_links_;
    std::vector<std::unique_ptr<grpc::Service>> services_;
    std::unique_ptr<grpc::Server> server_;
    std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace throughline
