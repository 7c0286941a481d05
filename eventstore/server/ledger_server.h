// Checkpoints and proofs over gRPC, for whoever holds the log to what it once signed.
#pragma once

#include "eventstore/log/record_log.h"
#include "eventstore/server/gatekeeper.h"
#include "eventstore/store/checkpointer.h"
#include "throughline/eventstore/v1/ledger_service.grpc.pb.h"

namespace throughline {

/// LedgerService, on gRPC's synchronous threads. What it is given must outlive it.
class LedgerServer final : public eventstore::v1::LedgerService::Service {
  public:
    LedgerServer(const RecordLog& log, const Checkpointer& checkpointer, const CheckpointSigner& signer,
                 const Gatekeeper& gatekeeper);

    grpc::Status GetCheckpoint(grpc::ServerContext* context, const eventstore::v1::GetCheckpointRequest* request,
                               eventstore::v1::GetCheckpointResponse* response) override;
    grpc::Status GetConsistencyProof(grpc::ServerContext* context,
                                     const eventstore::v1::GetConsistencyProofRequest* request,
                                     eventstore::v1::GetConsistencyProofResponse* response) override;

  private:
    const RecordLog& log_;
    const Checkpointer& checkpointer_;
    const CheckpointSigner& signer_;
    const Gatekeeper& gatekeeper_;
};

}  // namespace throughline
