// Who may call the event store itself: services and operators, by their tokens.
#pragma once

#include "eventstore/server/gatekeeper.h"
#include "services/auth/identity.h"

namespace throughline {

/// Staff may see the store's time; services and operators read and append; only operators erase and move the clock.
class StoreGatekeeper final : public Gatekeeper {
  public:
    explicit StoreGatekeeper(const Authenticator& authenticator) : authenticator_(authenticator) {}

    [[nodiscard]] absl::StatusOr<Caller> Admit(const grpc::ServerContextBase& context,
                                               Permission permission) const override;

  private:
    const Authenticator& authenticator_;
};

}  // namespace throughline
