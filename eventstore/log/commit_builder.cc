// Rows in the order of docs/storage-format.md: bodies, postings, command for each append; frame and new types once.
#include "eventstore/log/commit_builder.h"

#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/body_row.h"
#include "eventstore/log/command_row.h"
#include "eventstore/log/header_trailer.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/posting.h"
#include "eventstore/log/store_meta.h"

namespace throughline {
namespace {

absl::Status Batched(const rocksdb::Status& status) {
    return FromRocks(status, "putting a commit together");
}

}  // namespace

CommitBuilder::CommitBuilder(const LogFamilies& families, const TypeIds& types, Position first,
                             std::uint64_t writer_epoch, Instant recorded_at)
    : families_(families), types_(types), first_(first), writer_epoch_(writer_epoch), recorded_at_(recorded_at) {}

absl::Status CommitBuilder::Add(const SealedAppend& append) {
    if (absl::Status numbered = NumberTypes(append); !numbered.ok()) return numbered;
    const Position first = end();
    AddHeaders(append, first);
    rocksdb::Status status = PutBodies(append, first);
    if (status.ok()) status = PutPostings(append, first);
    if (status.ok()) status = PutCommand(append, first);
    return Batched(status);
}

void CommitBuilder::AddHeaders(const SealedAppend& append, Position first) {
    const auto request_delta = static_cast<std::uint32_t>(ToUint64(first) - ToUint64(first_));
    Position position = first;
    for (const SealedEvent& event : append.events) {
        std::string header = event.header;
        AppendHeaderTrailer(header, {position, writer_epoch_, recorded_at_});
        frame_.Add(header, event.subject, request_delta);
        position = Next(position);
    }
}

rocksdb::Status CommitBuilder::PutBodies(const SealedAppend& append, Position first) {
    std::map<SubjectId, BodyRowBuilder> rows;
    std::uint32_t delta = 0;
    for (const SealedEvent& event : append.events) rows[event.subject].Add(delta++, event.sealed_body);
    rocksdb::Status status;
    for (const auto& [subject, row] : rows) {
        if (status.ok()) status = batch_.Put(families_.bodies(), BodyKey(subject, first), row.Finish());
    }
    return status;
}

rocksdb::Status CommitBuilder::PutPostings(const SealedAppend& append, Position first) {
    std::map<std::string, PostingBuilder> postings;
    Position position = first;
    for (const SealedEvent& event : append.events) {
        const PostingEntry entry{position, TypeId(event.type)};
        postings[TypePrefix(event.type)].Add(entry);
        for (const std::string& tag : event.tags) postings[TagPrefix(tag)].Add(entry);
        position = Next(position);
    }
    rocksdb::Status status;
    for (const auto& [prefix, posting] : postings) {
        if (!status.ok()) break;
        status = batch_.Put(families_.postings(), PostingKey(prefix, posting.first()), posting.value());
        last_positions_.emplace_back(prefix, posting.last());
    }
    return status;
}

rocksdb::Status CommitBuilder::PutCommand(const SealedAppend& append, Position first) {
    const StoredCommand command{first, static_cast<std::uint32_t>(append.events.size()), append.request_digest};
    return batch_.Put(families_.commands(), append.command_hash, EncodeCommand(command));
}

absl::Status CommitBuilder::NumberTypes(const SealedAppend& append) {
    std::map<std::string, std::uint32_t, std::less<>> numbered = new_types_;
    for (const SealedEvent& event : append.events) {
        if (types_.Find(event.type)) continue;
        const auto next = types_.count() + static_cast<std::uint32_t>(numbered.size()) + 1;
        numbered.try_emplace(event.type, next);
    }
    const std::size_t count = types_.count() + numbered.size();
    if (count > limits::kTypesPerStoreMax) {
        return WithReason(absl::ResourceExhaustedError(fmt::format("{} types of events in this store; at most {}",
                                                                   count, limits::kTypesPerStoreMax)),
                          "TOO_MANY_TYPES");
    }
    new_types_ = std::move(numbered);
    return absl::OkStatus();
}

std::uint32_t CommitBuilder::TypeId(std::string_view type) const {
    const auto known = types_.Find(type);
    return known ? *known : new_types_.find(type)->second;
}

absl::StatusOr<rocksdb::WriteBatch> CommitBuilder::Finish() {
    rocksdb::Status status = batch_.Put(families_.frames(), FrameKey(first_), frame_.Finish());
    for (const auto& [type, id] : new_types_) {
        if (status.ok()) status = PutType(batch_, families_, type, id);
    }
    if (!status.ok()) return Batched(status);
    return std::move(batch_);
}

}  // namespace throughline
