// Statuses to and from the wire.
#include "eventstore/server/grpc_status.h"

#include <string>

#include <google/rpc/status.pb.h>

#include "absl/strings/cord.h"

namespace throughline {

grpc::Status ToGrpcStatus(const absl::Status& status) {
    if (status.ok()) return grpc::Status::OK;
    google::rpc::Status details;
    details.set_code(static_cast<int>(status.code()));
    details.set_message(std::string(status.message()));
    status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
        google::protobuf::Any& detail = *details.add_details();
        detail.set_type_url(std::string(type_url));
        detail.set_value(std::string(payload));
    });
    return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message()), details.SerializeAsString()};
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
    if (status.ok()) return absl::OkStatus();
    absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
    google::rpc::Status details;
    if (details.ParseFromString(status.error_details())) {
        for (const google::protobuf::Any& detail : details.details()) {
            result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
        }
    }
    return result;
}

}  // namespace throughline
