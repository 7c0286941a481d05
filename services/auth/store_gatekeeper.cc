// The table of parties and permissions.
#include "services/auth/store_gatekeeper.h"

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

bool Allowed(Party party, Permission permission) {
    switch (permission) {
        case Permission::kSeeTime:
            return true;
        case Permission::kRead:
        case Permission::kAppend:
            return party != Party::kStaff;
        case Permission::kErase:
        case Permission::kMoveTheClock:
            return party == Party::kOperator;
    }
    return false;
}

absl::Status Denied(Permission permission) {
    const bool operators_only = permission == Permission::kErase || permission == Permission::kMoveTheClock;
    return WithReason(
        absl::PermissionDeniedError(operators_only ? "only an operator may do this; use an operator's token"
                                                   : "only services and operators may do this; staff use the "
                                                     "casework and views services"),
        operators_only ? "OPERATORS_ONLY" : "SERVICES_AND_OPERATORS_ONLY");
}

}  // namespace

absl::StatusOr<Caller> StoreGatekeeper::Admit(const grpc::ServerContextBase& context, Permission permission) const {
    const absl::StatusOr<Identity> identity = authenticator_.Authenticate(context);
    if (!identity.ok()) return identity.status();
    if (!Allowed(identity->party, permission)) return Denied(permission);
    return Caller{identity->person_id};
}

}  // namespace throughline
