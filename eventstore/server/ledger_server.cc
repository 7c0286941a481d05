// Proofs are made from what is durable now; sizes beyond it are refused by name.
#include "eventstore/server/ledger_server.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/note_key.h"
#include "eventstore/ledger/tree_reader.h"
#include "eventstore/server/grpc_status.h"

namespace throughline {

LedgerServer::LedgerServer(const RecordLog& log, const Checkpointer& checkpointer, const CheckpointSigner& signer,
                           const Gatekeeper& gatekeeper)
    : log_(log), checkpointer_(checkpointer), signer_(signer), gatekeeper_(gatekeeper) {}

grpc::Status LedgerServer::GetCheckpoint(grpc::ServerContext* context, const eventstore::v1::GetCheckpointRequest*,
                                         eventstore::v1::GetCheckpointResponse* response) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kRead);
    if (!caller.ok()) return ToGrpcStatus(caller.status());
    response->set_checkpoint(checkpointer_.Latest());
    response->set_verifier_key(FormatNoteKey({signer_.name(), signer_.public_key()}));
    return grpc::Status::OK;
}

grpc::Status LedgerServer::GetConsistencyProof(grpc::ServerContext* context,
                                               const eventstore::v1::GetConsistencyProofRequest* request,
                                               eventstore::v1::GetConsistencyProofResponse* response) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kRead);
    if (!caller.ok()) return ToGrpcStatus(caller.status());
    std::vector<FieldViolation> bad;
    const std::uint64_t records = ToUint64(log_.End());
    if (request->new_size() > records) {
        bad.push_back({"new_size", fmt::format("must be at most {}, the records that the log has", records)});
    }
    if (request->old_size() > request->new_size()) bad.push_back({"old_size", "must be at most new_size"});
    if (!bad.empty()) return ToGrpcStatus(BadRequestError(bad));
    const auto proof = ConsistencyProof(log_.TreeHashes(), request->old_size(), request->new_size());
    if (!proof.ok()) return ToGrpcStatus(proof.status());
    for (const TreeHash& hash : *proof) {
        response->add_hashes(std::string(reinterpret_cast<const char*>(hash.data()), hash.size()));
    }
    return grpc::Status::OK;
}

}  // namespace throughline
