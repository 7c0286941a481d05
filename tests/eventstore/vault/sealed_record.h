// Sealing and opening whole records, with the header as a message that a test can change.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "eventstore/vault/vault.h"
#include "tests/eventstore/base/header_view.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {

/// A header that could be a referral's, without what sealing adds.
inline eventstore::v1::RecordHeader UnsealedHeader() {
    eventstore::v1::RecordHeader header;
    header.set_event_id(std::string(RandomUuid().AsBytes()));
    header.set_type("throughline.events.v1.ReferralRaised");
    header.add_tags("pupil:1");
    header.add_tags("referral:2");
    header.set_schema_version(1);
    return header;
}

/// Seals, and writes what sealing gave into the header.
inline absl::StatusOr<std::string> SealInto(Vault& vault, SubjectId subject, std::string_view body,
                                            eventstore::v1::RecordHeader& header) {
    absl::StatusOr<SealedBody> sealed = vault.Seal(subject, body, ViewOf(header));
    if (!sealed.ok()) return sealed.status();
    header.set_cipher(static_cast<eventstore::v1::Cipher>(sealed->cipher));
    header.set_key_id(std::string(subject.AsBytes()));
    header.set_key_commitment(sealed->key_commitment.data(), sealed->key_commitment.size());
    header.set_body_sha256(sealed->sha256.data(), sealed->sha256.size());
    return std::move(sealed->bytes);
}

/// The body, or nothing where its subject was erased.
inline absl::StatusOr<std::optional<std::string>> OpenWith(Vault& vault, const eventstore::v1::RecordHeader& header,
                                                           std::string_view sealed) {
    std::string body = "before";
    const absl::StatusOr<bool> opened = vault.Open(ViewOf(header), sealed, body);
    const bool appended = body.size() > 6;
    EXPECT_TRUE(body.starts_with("before"));
    EXPECT_TRUE((opened.ok() && *opened) || !appended) << "bytes without a body";
    if (!opened.ok()) return opened.status();
    if (!*opened) return std::optional<std::string>{};
    return std::optional<std::string>(body.substr(6));
}

}  // namespace throughline
