// The vault over gRPC: subjects are found or made, and erased.
#pragma once

#include "eventstore/server/gatekeeper.h"
#include "eventstore/store/erasure.h"
#include "eventstore/vault/vault.h"
#include "throughline/eventstore/v1/vault_service.grpc.pb.h"

namespace throughline {

/// VaultService, on gRPC's synchronous threads. No key ever leaves through it.
class VaultServer final : public eventstore::v1::VaultService::Service {
  public:
    VaultServer(Vault& vault, Erasure& erasure, const Gatekeeper& gatekeeper);

    grpc::Status GetOrCreateSubject(grpc::ServerContext* context,
                                    const eventstore::v1::GetOrCreateSubjectRequest* request,
                                    eventstore::v1::GetOrCreateSubjectResponse* response) override;
    grpc::Status EraseSubject(grpc::ServerContext* context, const eventstore::v1::EraseSubjectRequest* request,
                              eventstore::v1::EraseSubjectResponse* response) override;

  private:
    Vault& vault_;
    Erasure& erasure_;
    const Gatekeeper& gatekeeper_;
};

}  // namespace throughline
