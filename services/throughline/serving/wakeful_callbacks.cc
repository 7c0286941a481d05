// The cheapest public way to an event for those threads is a call that fails at once, on a channel that leads nowhere.
// Source: gRPC 1.51.1, src/cpp/common/completion_queue_cc.cc, CallbackAlternativeCQ.
#include "services/throughline/serving/wakeful_callbacks.h"

#include <semaphore>

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

namespace throughline {

// Without credentials gRPC makes a channel whose calls all fail, and which never connects.
WakefulCallbacks::WakefulCallbacks(std::chrono::milliseconds every)
    : every_(every), channel_(grpc::CreateChannel("", nullptr)), thread_([this] { Run(); }) {}

WakefulCallbacks::~WakefulCallbacks() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    closing_changed_.notify_all();
    thread_.join();
}

void WakefulCallbacks::Run() {
    std::unique_lock lock(mutex_);
    while (!closing_changed_.wait_for(lock, every_, [this] { return closing_; })) {
        lock.unlock();
        GiveAnEvent();
        lock.lock();
    }
}

void WakefulCallbacks::GiveAnEvent() {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    const grpc::Slice no_bytes;
    const grpc::ByteBuffer nothing(&no_bytes, 1);
    grpc::ByteBuffer answer;
    std::binary_semaphore ended{0};
    stub.UnaryCall(&context, "/throughline/Awake", {}, &nothing, &answer, [&](const grpc::Status&) {
        ++events_;
        ended.release();
    });
    ended.acquire();
}

}  // namespace throughline
