// Joins a stream of records to gRPC's callbacks.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "eventstore/server/grpc_status.h"
#include "eventstore/server/record_stream.h"
#include "eventstore/server/request_bytes.h"

namespace throughline {

using BytesReactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;

/// Keeps itself alive until gRPC is done with it.
class StreamReactor final : public BytesReactor, public RecordStream {
  public:
    static BytesReactor* Start(grpc::CallbackServerContext& context, StreamPool& pool, RecordLog& sealed, EventLog& log,
                               StreamPlan plan) {
        const bool follow = plan.follow;
        auto reactor = std::make_shared<StreamReactor>(context, pool, sealed, log, std::move(plan));
        reactor->self_ = reactor;
        // So that a follower of a quiet log knows that it was let in. A read has something to say soon.
        if (follow) reactor->StartSendInitialMetadata();
        reactor->Begin();
        return reactor.get();
    }

    StreamReactor(grpc::CallbackServerContext& context, StreamPool& pool, RecordLog& sealed, EventLog& log,
                  StreamPlan plan)
        : RecordStream(pool, sealed, log, std::move(plan)), context_(&context) {}

    void OnWriteDone(bool ok) override {
        message_.Clear();
        Written(ok);
    }
    void OnCancel() override { Cancelled(); }
    void OnDone() override {
        {
            const std::lock_guard lock(context_mutex_);
            context_ = nullptr;
        }
        Left();
        self_.reset();
    }

  private:
    void Write(std::string message) override {
        message_ = ToByteBuffer(std::move(message));
        StartWrite(&message_);
    }
    void WriteLast(std::string message) override {
        message_ = ToByteBuffer(std::move(message));
        StartWriteAndFinish(&message_, grpc::WriteOptions(), grpc::Status::OK);
    }
    void End(const absl::Status& status) override { Finish(ToGrpcStatus(status)); }
    void Abort() override {
        const std::lock_guard lock(context_mutex_);
        if (context_ != nullptr) context_->TryCancel();
    }

    std::shared_ptr<StreamReactor> self_;
    std::mutex context_mutex_;  ///< Between cutting a call off and gRPC being done with it.
    grpc::CallbackServerContext* context_;
    grpc::ByteBuffer message_;
};

/// A call that is refused before it begins.
class StreamRefusal final : public BytesReactor {
  public:
    explicit StreamRefusal(const absl::Status& status) { Finish(ToGrpcStatus(status)); }
    void OnDone() override { delete this; }
};

}  // namespace throughline
