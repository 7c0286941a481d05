// The role `casework`: the shell that commands run in, and its services.
#pragma once

#include <vector>

#include <grpcpp/impl/codegen/service_type.h>

#include "services/auth/identity.h"
#include "services/casework/correction/service.h"
#include "services/casework/provision/service.h"
#include "services/casework/pupil/service.h"
#include "services/casework/pupil/upn_links.h"
#include "services/casework/referral/service.h"
#include "services/casework/school/service.h"
#include "services/casework/shell/shell.h"
#include "services/casework/shell/subjects.h"
#include "services/throughline/serving/opened_store.h"

namespace throughline {

/// What it is given outlives it.
class ServedCasework {
  public:
    ServedCasework(OpenedStore& store, const Authenticator& authenticator)
        : subjects_(store.vault()),
          links_(store.log(), subjects_),
          shell_(store.log(), subjects_, store.clock(), authenticator) {}

    /// One service an aggregate.
    [[nodiscard]] std::vector<grpc::Service*> services() {
        return {&schools_, &provisions_, &pupils_, &referrals_, &corrections_};
    }

  private:
    VaultSubjects subjects_;
    UpnLinks links_;
    const Shell shell_;
    SchoolService schools_{shell_};
    ProvisionService provisions_{shell_};
    PupilService pupils_{shell_, links_};
    ReferralService referrals_{shell_};
    CorrectionService corrections_{shell_, links_};
};

}  // namespace throughline
