// All of casework's services together, ready for a server.
#pragma once

#include <array>

#include <grpcpp/impl/service_type.h>

#include "services/casework/correction/service.h"
#include "services/casework/provision/service.h"
#include "services/casework/pupil/service.h"
#include "services/casework/pupil/upn_links.h"
#include "services/casework/referral/service.h"
#include "services/casework/school/service.h"
#include "services/casework/shell/shell.h"

namespace throughline {

class Casework {
  public:
    /// What it is made with outlives it.
    Casework(EventLog& log, Subjects& subjects, const Clock& clock, const Authenticator& authenticator)
        : shell_(log, subjects, clock, authenticator), upn_links_(log, subjects) {}

    /// To be registered with a grpc::ServerBuilder; they live as long as this.
    [[nodiscard]] std::array<grpc::Service*, 5> Services() {
        return {&schools_, &provisions_, &pupils_, &referrals_, &corrections_};
    }

  private:
    Shell shell_;
    UpnLinks upn_links_;
    SchoolService schools_{shell_};
    ProvisionService provisions_{shell_};
    PupilService pupils_{shell_, upn_links_};
    ReferralService referrals_{shell_};
    CorrectionService corrections_{shell_, upn_links_};
};

}  // namespace throughline
