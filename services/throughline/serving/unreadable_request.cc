// Looks at the status of a call on its way out.
#include "services/throughline/serving/unreadable_request.h"

#include <string>
#include <string_view>
#include <utility>

#include <google/protobuf/descriptor.h>

#include "eventstore/server/grpc_status.h"
#include "eventstore/server/request_bytes.h"

namespace throughline {
namespace {

/// What is called most often needs no interceptor.
constexpr std::string_view kReadsItsOwn = "/throughline.eventstore.v1.EventLogService/";

/// "/package.Service/Method" is one of our contracts' methods; gRPC's own services are linked in, but may be off.
bool Exists(std::string method) {
    const std::size_t slash = method.rfind('/');
    if (!method.starts_with("/throughline.") || slash == 0) return false;
    method[slash] = '.';
    return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(method.substr(1)) != nullptr;
}

class Answerer final : public grpc::experimental::Interceptor {
  public:
    explicit Answerer(std::string method) : method_(std::move(method)) {}

    void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
        using grpc::experimental::InterceptionHookPoints;
        if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS) &&
            IsGrpcsOwn(methods->GetSendStatus()) && Exists(method_)) {
            methods->ModifySendStatus(ToGrpcStatus(RequestUnreadableError()));
        }
        methods->Proceed();
    }

  private:
    static bool IsGrpcsOwn(const grpc::Status& status) {
        const grpc::StatusCode code = status.error_code();
        return status.error_message().empty() &&
               (code == grpc::StatusCode::INTERNAL || code == grpc::StatusCode::UNIMPLEMENTED);
    }

    const std::string method_;
};

}  // namespace

grpc::experimental::Interceptor* UnreadableRequest::CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) {
    const std::string_view method = info->method();
    if (method.starts_with(kReadsItsOwn)) return nullptr;
    return new Answerer(std::string(method));
}

}  // namespace throughline
