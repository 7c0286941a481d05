// A record's Kafka message, written byte by byte so that no library's choice can change it.
#include "eventstore/publisher/published_record.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>

#include <fmt/format.h>

#include "eventstore/base/clock.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {
namespace {

constexpr std::size_t kSequenceDigits = 20;

// Source: protobuf encoding, "Base 128 Varints" and "Message Structure" (wire type 2).
void AppendBytesField(std::string& out, unsigned number, std::string_view bytes) {
    if (bytes.empty()) return;
    out += static_cast<char>((number << 3U) | 2U);
    for (std::size_t left = bytes.size();; left >>= 7U) {
        const bool last = left < 0x80U;
        out += static_cast<char>((left & 0x7FU) | (last ? 0U : 0x80U));
        if (last) break;
    }
    out += bytes;
}

// RFC 3339 §5.6, always with six digits of a second.
std::string Rfc3339(std::int64_t micros) {
    const Instant instant = FromMicros(micros);
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(instant - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace

absl::StatusOr<PublishedRecord> ToPublished(const Uuid& store, const StoredRecord& record) {
    eventstore::v1::RecordHeader header;
    const std::uint64_t position = ToUint64(record.position);
    if (!header.ParseFromString(record.header)) {
        return absl::DataLossError(fmt::format("the header of record {} cannot be read; run verify", position));
    }
    const std::optional<Uuid> event = UuidFromBytes(header.event_id());
    if (header.position() != position || !event) {
        return absl::DataLossError(
            fmt::format("the header of record {} names position {}; run verify", position, header.position()));
    }
    PublishedRecord published{.position = record.position, .value = {}, .headers = {}};
    published.value.reserve(record.header.size() + record.sealed_body.size() + 16);
    AppendBytesField(published.value, 1, record.header);
    AppendBytesField(published.value, 2, record.sealed_body);
    published.headers = {{"ce_specversion", "1.0"},
                         {"ce_id", ToString(*event)},
                         {"ce_type", header.type()},
                         {kSourceHeader, PublishedSource(store)},
                         {"ce_time", Rfc3339(header.recorded_at_us())},
                         {kSequenceHeader, fmt::format("{:020}", position)},
                         {"content-type", "application/protobuf"}};
    // A subject, where there is one, must not be empty (CloudEvents 1.0.2 §3.1).
    if (header.tags_size() > 0) published.headers.emplace_back("ce_subject", header.tags(0));
    return published;
}

absl::StatusOr<StoredRecord> FromPublished(std::string_view value) {
    eventstore::v1::SealedRecord sealed;
    eventstore::v1::RecordHeader header;
    if (!sealed.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
        !header.ParseFromString(sealed.header()) || !UuidFromBytes(header.event_id())) {
        return absl::DataLossError(fmt::format("a message of {} bytes is no record of a store", value.size()));
    }
    return StoredRecord{.position = Position{header.position()},
                        .header = std::move(*sealed.mutable_header()),
                        .sealed_body = std::move(*sealed.mutable_sealed_body())};
}

std::string PublishedSource(const Uuid& store) {
    return "urn:throughline:store:" + ToString(store);
}

std::optional<Position> ParseSequence(std::string_view text) {
    std::uint64_t position = 0;
    if (text.size() != kSequenceDigits) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return Position{position};
}

}  // namespace throughline
