// A unary call of a callback service that is answered later, from another thread.
#pragma once

#include <functional>
#include <utility>

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "eventstore/server/grpc_status.h"

namespace throughline {

/// Lives until gRPC is done with it. Exactly one call of Answer() ends it.
class DeferredCall final : public grpc::ServerUnaryReactor {
  public:
    void Answer(const absl::Status& status) { Finish(ToGrpcStatus(status)); }

    /// What to do when the caller goes away. Set before the handler returns, or never.
    void WhenCancelled(std::function<void()> callback) { when_cancelled_ = std::move(callback); }

  private:
    void OnCancel() override {
        if (when_cancelled_) when_cancelled_();
    }
    void OnDone() override { delete this; }

    std::function<void()> when_cancelled_;
};

}  // namespace throughline
