// Puts sealed-looking records into a log: for tests of what carries them on, which never opens one.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "eventstore/base/digest.h"
#include "eventstore/base/uuid.h"
#include "eventstore/log/record_log.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

/// One event about `subject`, with a body of random bytes, in `request`.
inline SealedEvent MakeSealedEvent(SubjectId subject, const SealedAppend& request) {
    constexpr std::size_t kBodyBytes = 200;
    SealedEvent event;
    while (event.sealed_body.size() < kBodyBytes) event.sealed_body += RandomUuid().AsBytes();
    eventstore::v1::RecordHeader header;
    header.set_event_id(std::string(RandomUuid().AsBytes()));
    header.set_type("throughline.events.v1.ReferralRaised");
    header.add_tags("pupil:" + ToString(subject));
    header.add_tags("referral:" + ToString(RandomUuid()));
    header.set_schema_version(1);
    header.set_cipher(eventstore::v1::CIPHER_AES_256_GCM);
    header.set_key_id(std::string(subject.AsBytes()));
    header.set_key_commitment(Sha256("commitment"));
    header.set_body_sha256(Sha256(event.sealed_body));
    header.set_command_hash(request.command_hash);
    header.set_request_digest(request.request_digest);
    header.set_correlation_id(std::string(RandomUuid().AsBytes()));
    header.set_request_size(1);
    event.header = header.SerializeAsString();
    return event;
}

/// Appends `count` records, each a request of its own.
inline void Fill(RecordLog& log, std::uint64_t count, SubjectId subject = SubjectId{RandomUuid()}) {
    for (std::uint64_t i = 0; i < count; ++i) {
        SealedAppend request;
        request.command_hash = std::string(RandomUuid().AsBytes());
        request.request_digest = std::string(RandomUuid().AsBytes());
        request.events.push_back(MakeSealedEvent(subject, request));
        const absl::StatusOr<AppendOutcome> appended = log.Append(std::move(request));
        ASSERT_TRUE(appended.ok()) << appended.status();
    }
}

}  // namespace throughline
