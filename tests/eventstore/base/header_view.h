// A header's message as the view that our own code works with.
#pragma once

#include "eventstore/base/record_header.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

/// Points into `header`, which must outlive it and stay as it is.
inline RecordHeaderView ViewOf(const eventstore::v1::RecordHeader& header) {
    RecordHeaderView view;
    view.event_id = header.event_id();
    view.type = header.type();
    view.tags.assign(header.tags().begin(), header.tags().end());
    view.schema_version = header.schema_version();
    view.cipher = static_cast<std::uint32_t>(header.cipher());
    view.key_id = header.key_id();
    view.key_commitment = header.key_commitment();
    view.body_sha256 = header.body_sha256();
    view.command_hash = header.command_hash();
    view.request_digest = header.request_digest();
    view.correlation_id = header.correlation_id();
    view.causation_id = header.causation_id();
    view.request_size = header.request_size();
    view.request_index = header.request_index();
    view.position = header.position();
    view.writer_epoch = header.writer_epoch();
    view.recorded_at_us = header.recorded_at_us();
    return view;
}

}  // namespace throughline
