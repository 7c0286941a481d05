// Between gRPC's slices and messages.
#include "eventstore/server/request_bytes.h"

#include <memory>
#include <utility>
#include <vector>

#include <grpcpp/support/proto_buffer_reader.h>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

/// gRPC keeps so few bytes in the slice itself: cheaper than handing an allocation over.
constexpr std::size_t kCopiedBytesMax = 256;

void Free(void* bytes) {
    delete static_cast<std::string*>(bytes);
}

}  // namespace

absl::Status RequestUnreadableError() {
    return WithReason(absl::InvalidArgumentError("the request's bytes are no message of this method, or hold text that "
                                                 "is not UTF-8; build it from the contracts in proto/"),
                      "REQUEST_UNREADABLE");
}

absl::Status ReadRequest(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& request) {
    if (grpc::Slice whole; bytes.TrySingleSlice(&whole).ok()) {
        return request.ParseFromArray(whole.begin(), static_cast<int>(whole.size())) ? absl::OkStatus()
                                                                                     : RequestUnreadableError();
    }
    grpc::ByteBuffer pieces = bytes;  // Shares the slices: the reader wants one that it may change.
    grpc::ProtoBufferReader reader(&pieces);
    return reader.status().ok() && request.ParseFromZeroCopyStream(&reader) ? absl::OkStatus()
                                                                            : RequestUnreadableError();
}

absl::Status AppendTo(std::string& out, std::string_view before, const grpc::ByteBuffer& bytes) {
    const auto append = [&out](const grpc::Slice& slice) {
        out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    };
    out.reserve(before.size() + bytes.Length());
    out = before;
    if (grpc::Slice whole; bytes.TrySingleSlice(&whole).ok()) {
        append(whole);
        return absl::OkStatus();
    }
    std::vector<grpc::Slice> pieces;
    if (!bytes.Dump(&pieces).ok()) return RequestUnreadableError();
    for (const grpc::Slice& piece : pieces) append(piece);
    return absl::OkStatus();
}

grpc::ByteBuffer ToByteBuffer(std::string bytes) {
    if (bytes.size() <= kCopiedBytesMax) {
        const grpc::Slice copied(bytes);
        return {&copied, 1};
    }
    auto owned = std::make_unique<std::string>(std::move(bytes));
    char* const data = owned->data();
    const std::size_t size = owned->size();
    const grpc::Slice slice(data, size, &Free, owned.release());
    return {&slice, 1};
}

}  // namespace throughline
