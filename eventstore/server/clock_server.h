// The store's clock over gRPC: anybody known may ask; an operator moves that of a synthetic store.
#pragma once

#include "eventstore/server/gatekeeper.h"
#include "eventstore/store/store_clock.h"
#include "throughline/eventstore/v1/clock_service.grpc.pb.h"

namespace throughline {

/// ClockService, on gRPC's synchronous threads.
class ClockServer final : public eventstore::v1::ClockService::Service {
  public:
    ClockServer(StoreClock& clock, const Gatekeeper& gatekeeper);

    grpc::Status GetClock(grpc::ServerContext* context, const eventstore::v1::GetClockRequest* request,
                          eventstore::v1::GetClockResponse* response) override;
    grpc::Status MoveClock(grpc::ServerContext* context, const eventstore::v1::MoveClockRequest* request,
                           eventstore::v1::MoveClockResponse* response) override;

  private:
    StoreClock& clock_;
    const Gatekeeper& gatekeeper_;
};

}  // namespace throughline
