// One unary call through gRPC's generic stub; messages come from the descriptors that are linked in.
#include "services/throughline/play/generic_client.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <future>
#include <utility>
#include <vector>

#include "eventstore/server/grpc_status.h"

namespace throughline {
namespace {

constexpr std::array kPackages = {"throughline.casework.v1", "throughline.views.v1", "throughline.eventstore.v1"};

const google::protobuf::MethodDescriptor* FindMethod(const std::string& method) {
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    for (const char* package : kPackages) {
        const auto* found = pool->FindMethodByName(fmt::format("{}.{}", package, method));
        if (found != nullptr && !found->client_streaming() && !found->server_streaming()) return found;
    }
    return nullptr;
}

absl::Status NoSuchMethod(const std::string& method) {
    return absl::NotFoundError(fmt::format(
        "no contract has the method '{}': write it as Service.Method, for example ReferralService.RaiseReferral",
        method));
}

std::unique_ptr<google::protobuf::Message> Make(const google::protobuf::Descriptor* type) {
    return std::unique_ptr<google::protobuf::Message>(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

absl::StatusOr<std::string> BytesOf(const grpc::ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    if (!buffer.Dump(&slices).ok()) return absl::InternalError("the answer could not be read");
    std::string bytes;
    for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    return bytes;
}

}  // namespace

GenericClient::GenericClient(std::shared_ptr<grpc::ChannelInterface> channel, std::chrono::milliseconds deadline)
    : channel_(std::move(channel)), deadline_(deadline) {}

absl::StatusOr<std::unique_ptr<google::protobuf::Message>> GenericClient::RequestOf(const std::string& method) {
    const auto* found = FindMethod(method);
    if (found == nullptr) return NoSuchMethod(method);
    return Make(found->input_type());
}

absl::StatusOr<MethodAnswer> GenericClient::Call(const std::string& method, const google::protobuf::Message& request,
                                                 const std::string& token) const {
    const auto* found = FindMethod(method);
    if (found == nullptr) return NoSuchMethod(method);

    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    context.set_deadline(std::chrono::system_clock::now() + deadline_);
    context.set_wait_for_ready(true);

    const grpc::Slice slice(request.SerializeAsString());
    const grpc::ByteBuffer sent(&slice, 1);
    grpc::ByteBuffer received;
    std::promise<grpc::Status> done;
    grpc::GenericStub stub(channel_);
    stub.UnaryCall(&context, fmt::format("/{}/{}", found->service()->full_name(), found->name()), grpc::StubOptions(),
                   &sent, &received, [&done](grpc::Status status) { done.set_value(std::move(status)); });
    const grpc::Status status = done.get_future().get();
    if (!status.ok()) return FromGrpcStatus(status);

    MethodAnswer answer{.message = Make(found->output_type()), .repeated = false};
    const absl::StatusOr<std::string> bytes = BytesOf(received);
    if (!bytes.ok()) return bytes.status();
    if (!answer.message->ParseFromString(*bytes)) {
        return absl::InternalError(fmt::format("the answer is no {}", found->output_type()->full_name()));
    }
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto repeated = trailers.find("throughline-repeated");
    answer.repeated = repeated != trailers.end() && repeated->second == "true";
    return answer;
}

}  // namespace throughline
