// Says that a request is no message of its method: gRPC itself answers with an empty text and a misleading code.
#pragma once

#include <grpcpp/support/server_interceptor.h>

namespace throughline {

/// Turns gRPC's own answer to bytes that do not parse (INTERNAL from synchronous services, UNIMPLEMENTED from others,
/// neither with a text) into INVALID_ARGUMENT with the reason REQUEST_UNREADABLE. Statuses of services have texts, and
/// pass; so do calls of methods that do not exist. EventLogService reads its own bytes and says so itself.
class UnreadableRequest final : public grpc::experimental::ServerInterceptorFactoryInterface {
  public:
    grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override;
};

}  // namespace throughline
