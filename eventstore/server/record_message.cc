// Protobuf's wire form by hand. Source: protobuf encoding; a key is field number << 3 | wire type.
#include "eventstore/server/record_message.h"

#include <cstdint>
#include <cstring>

namespace throughline {
namespace {

constexpr char kRecords = 1 << 3 | 2;   // ReadResponse.records, SubscribeResponse.records: bytes.
constexpr char kPosition = 2 << 3 | 0;  // SubscribeResponse.position: a varint.
constexpr char kHeader = 1 << 3 | 2;    // ReadRecord.header: bytes.
constexpr char kBody = 2 << 3 | 2;      // ReadRecord.body: bytes.
constexpr char kErased = 3 << 3 | 0;    // ReadRecord.erased: a bool.
constexpr std::size_t kVarintBytesMax = 10;

std::size_t VarintBytes(std::uint64_t value) {
    std::size_t bytes = 1;
    for (; value >= 0x80; value >>= 7U) ++bytes;
    return bytes;
}

char* PutVarint(char* out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) *out++ = static_cast<char>((value & 0x7FU) | 0x80U);
    *out++ = static_cast<char>(value);
    return out;
}

std::size_t FieldBytes(std::string_view value) {
    return value.empty() ? 0 : 1 + VarintBytes(value.size()) + value.size();
}

char* PutField(char* out, char key, std::string_view value) {
    if (value.empty()) return out;
    *out++ = key;
    out = PutVarint(out, value.size());
    std::memcpy(out, value.data(), value.size());
    return out + value.size();
}

}  // namespace

void RecordMessage::Add(std::string_view header, std::string_view body, bool erased) {
    const std::size_t size = FieldBytes(header) + FieldBytes(body) + (erased ? 2 : 0);
    const std::size_t before = bytes_.size();
    bytes_.resize(before + 1 + VarintBytes(size) + size);
    char* out = bytes_.data() + before;
    *out++ = kRecords;
    out = PutVarint(out, size);
    out = PutField(out, kHeader, header);
    out = PutField(out, kBody, body);
    if (!erased) return;
    *out++ = kErased;
    *out++ = 1;
}

void RecordMessage::SetPosition(Position position) {
    char field[1 + kVarintBytesMax] = {kPosition};
    bytes_.append(field, PutVarint(field + 1, ToUint64(position)));
}

}  // namespace throughline
