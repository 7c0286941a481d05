// What generated code would register, with bytes in place of messages.
#include "tests/bench/empty_server.h"

#include <fmt/format.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/method_handler.h>
#include <grpcpp/support/server_callback.h>
#include <grpcpp/support/slice.h>

namespace throughline {
namespace {

constexpr char kMethod[] = "/throughline.bench.EmptyService/Call";
constexpr int kMessageBytesMax = 16 * 1024 * 1024;

}  // namespace

class EmptyServer::Service final : public grpc::Service {
  public:
    Service(ServerStyle style, std::size_t answer_bytes) : slice_(std::string(answer_bytes, 'e')) {
        using grpc::internal::RpcMethod;
        using grpc::internal::RpcServiceMethod;
        using Bytes = grpc::ByteBuffer;
        if (style == ServerStyle::kSynchronous) {
            AddMethod(new RpcServiceMethod(kMethod, RpcMethod::NORMAL_RPC,
                                           new grpc::internal::RpcMethodHandler<Service, Bytes, Bytes>(
                                               [](Service* service, grpc::ServerContext*, const Bytes*, Bytes* answer) {
                                                   service->Fill(*answer);
                                                   return grpc::Status::OK;
                                               },
                                               this)));
            return;
        }
        AddMethod(new RpcServiceMethod(kMethod, RpcMethod::NORMAL_RPC, nullptr));
        MarkMethodRawCallback(0, new grpc::internal::CallbackUnaryHandler<Bytes, Bytes>(
                                     [this](grpc::CallbackServerContext* context, const Bytes*, Bytes* answer) {
                                         Fill(*answer);
                                         grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
                                         reactor->Finish(grpc::Status::OK);
                                         return reactor;
                                     }));
    }

  private:
    void Fill(grpc::ByteBuffer& answer) const { answer = grpc::ByteBuffer(&slice_, 1); }

    const grpc::Slice slice_;
};

absl::StatusOr<std::unique_ptr<EmptyServer>> EmptyServer::Open(const std::string& address, ServerStyle style,
                                                               std::size_t answer_bytes) {
    std::unique_ptr<EmptyServer> empty(new EmptyServer);
    empty->service_ = std::make_unique<Service>(style, answer_bytes);
    grpc::ServerBuilder builder;
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.SetMaxReceiveMessageSize(kMessageBytesMax);
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &empty->port_);
    builder.RegisterService(empty->service_.get());
    empty->server_ = builder.BuildAndStart();
    if (!empty->server_ || empty->port_ == 0) {
        return absl::UnavailableError(fmt::format("cannot listen on {}", address));
    }
    return empty;
}

EmptyServer::~EmptyServer() {
    if (server_) server_->Shutdown();
}

}  // namespace throughline
