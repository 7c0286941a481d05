// Protobuf's wire format, walked by hand: a field is a tag and a value, and what is not asked for is skipped.
// Source: https://protobuf.dev/programming-guides/encoding/
#include "services/throughline/bench/answers.h"

#include <algorithm>

#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/support/proto_buffer_reader.h>

namespace throughline {
namespace {

using google::protobuf::io::CodedInputStream;

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kLengthDelimited = 2;

constexpr std::uint32_t TagOf(std::uint32_t field, std::uint32_t wire_type) {
    return field << 3U | wire_type;
}

/// Skips a field of one of the two kinds that the answers have.
bool SkipField(CodedInputStream& in, std::uint32_t tag) {
    if ((tag & 7U) == kVarint) {
        std::uint64_t ignored = 0;
        return in.ReadVarint64(&ignored);
    }
    std::uint32_t size = 0;
    return (tag & 7U) == kLengthDelimited && in.ReadVarint32(&size) && in.Skip(static_cast<int>(size));
}

/// The fields of one ReadRecord: header is 1, body is 2.
bool CountRecord(CodedInputStream& in, RecordsRead& read) {
    while (const std::uint32_t tag = in.ReadTag()) {
        if (tag != TagOf(1, kLengthDelimited) && tag != TagOf(2, kLengthDelimited)) {
            if (!SkipField(in, tag)) return false;
            continue;
        }
        std::uint32_t size = 0;
        if (!in.ReadVarint32(&size) || !in.Skip(static_cast<int>(size))) return false;
        (tag == TagOf(1, kLengthDelimited) ? read.header_bytes : read.body_bytes) += size;
    }
    ++read.records;
    return in.ConsumedEntireMessage();
}

}  // namespace

std::optional<AppendAnswer> ReadAppendAnswer(grpc::ByteBuffer& bytes) {
    grpc::ProtoBufferReader reader(&bytes);
    CodedInputStream in(&reader);
    AppendAnswer answer;
    while (const std::uint32_t tag = in.ReadTag()) {
        std::uint64_t value = 0;
        if ((tag & 7U) != kVarint || !in.ReadVarint64(&value)) return std::nullopt;
        if (tag == TagOf(1, kVarint)) answer.first = value;
        if (tag == TagOf(2, kVarint)) answer.last = value;
        if (tag == TagOf(3, kVarint)) answer.repeated = value != 0;
    }
    if (!in.ConsumedEntireMessage()) return std::nullopt;
    return answer;
}

bool CountRecords(grpc::ByteBuffer& bytes, RecordsRead& read) {
    grpc::ProtoBufferReader reader(&bytes);
    CodedInputStream in(&reader);
    while (const std::uint32_t tag = in.ReadTag()) {
        if (tag != TagOf(1, kLengthDelimited)) {
            if (!SkipField(in, tag)) return false;
            continue;
        }
        std::uint32_t size = 0;
        if (!in.ReadVarint32(&size)) return false;
        const CodedInputStream::Limit limit = in.PushLimit(static_cast<int>(size));
        if (!CountRecord(in, read)) return false;
        in.PopLimit(limit);
    }
    return in.ConsumedEntireMessage();
}

std::uint64_t GivenPositions::Doubles() {
    std::sort(firsts_.begin(), firsts_.end());
    std::uint64_t doubles = 0;
    for (std::size_t i = 1; i < firsts_.size(); ++i) {
        if (firsts_[i] - firsts_[i - 1] < facts_) ++doubles;
    }
    return doubles;
}

}  // namespace throughline
