// Timestamps to instants and back.
#include "eventstore/server/clock_server.h"

#include <vector>

#include <google/protobuf/util/time_util.h>

#include "eventstore/base/status_details.h"
#include "eventstore/server/grpc_status.h"

namespace throughline {
namespace {

using google::protobuf::util::TimeUtil;

bool IsValid(const google::protobuf::Timestamp& at) {
    return at.seconds() >= TimeUtil::kTimestampMinSeconds && at.seconds() <= TimeUtil::kTimestampMaxSeconds &&
           at.nanos() >= 0 && at.nanos() < 1'000'000'000;
}

absl::Status Check(const eventstore::v1::MoveClockRequest& request) {
    std::vector<FieldViolation> bad;
    if (!ParseUuid(request.command_id())) bad.push_back({"command_id", "must be a UUID of 36 characters"});
    if (!request.has_to() || !IsValid(request.to())) {
        bad.push_back({"to", "must be an instant between the years 1 and 9999"});
    }
    return bad.empty() ? absl::OkStatus() : BadRequestError(bad);
}

}  // namespace

ClockServer::ClockServer(StoreClock& clock, const Gatekeeper& gatekeeper) : clock_(clock), gatekeeper_(gatekeeper) {}

grpc::Status ClockServer::GetClock(grpc::ServerContext* context, const eventstore::v1::GetClockRequest*,
                                   eventstore::v1::GetClockResponse* response) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kSeeTime);
    if (!caller.ok()) return ToGrpcStatus(caller.status());
    *response->mutable_now() = TimeUtil::MicrosecondsToTimestamp(ToMicros(clock_.Now()));
    response->set_synthetic(clock_.Synthetic());
    return grpc::Status::OK;
}

grpc::Status ClockServer::MoveClock(grpc::ServerContext* context, const eventstore::v1::MoveClockRequest* request,
                                    eventstore::v1::MoveClockResponse* response) {
    const absl::StatusOr<Caller> caller = gatekeeper_.Admit(*context, Permission::kMoveTheClock);
    if (!caller.ok()) return ToGrpcStatus(caller.status());
    if (const absl::Status checked = Check(*request); !checked.ok()) return ToGrpcStatus(checked);
    const CommandKey key{
        .caller = caller->id,
        .command = {*ParseUuid(request->command_id())},
        .request = "throughline.eventstore.v1.ClockService/MoveClock\n" + request->SerializeAsString()};
    const absl::StatusOr<Instant> now =
        clock_.MoveClock(FromMicros(TimeUtil::TimestampToMicroseconds(request->to())), key);
    if (!now.ok()) return ToGrpcStatus(now.status());
    *response->mutable_now() = TimeUtil::MicrosecondsToTimestamp(ToMicros(*now));
    return grpc::Status::OK;
}

}  // namespace throughline
