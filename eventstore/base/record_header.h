// A record's header read and written without a message object: every append and every read passes through here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"

namespace throughline {

/// A serialised throughline.eventstore.v1.RecordHeader, field by field; absent fields are empty or 0. The views point
/// into bytes that must outlive it.
struct RecordHeaderView {
    std::string_view event_id;
    std::string_view type;
    absl::InlinedVector<std::string_view, 4> tags;
    std::uint32_t schema_version = 0;
    std::uint32_t cipher = 0;  ///< A throughline.eventstore.v1.Cipher.
    std::string_view key_id;
    std::string_view key_commitment;
    std::string_view body_sha256;
    std::string_view command_hash;
    std::string_view request_digest;
    std::string_view correlation_id;
    std::string_view causation_id;
    std::uint32_t request_size = 0;
    std::uint32_t request_index = 0;
    std::uint64_t position = 0;
    std::uint64_t writer_epoch = 0;
    std::int64_t recorded_at_us = 0;
};

/// Adds fields 1 to 14 to `out`, in order, byte for byte as protobuf serialises them. Fields 15 to 17 are the log's to
/// add.
void AppendRecordHeader(std::string& out, const RecordHeaderView& header);

/// Reads a serialised header: what protobuf's own parser reads from the same bytes, but that it does not look whether
/// type and tags are UTF-8. Fields of later versions are passed over. Nothing where the bytes are no RecordHeader.
[[nodiscard]] std::optional<RecordHeaderView> ParseRecordHeader(std::string_view bytes);

}  // namespace throughline
