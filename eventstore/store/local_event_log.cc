// From plaintext events to sealed ones, and back.
#include "eventstore/store/local_event_log.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/status_details.h"
#include "eventstore/store/append_request_checks.h"

namespace throughline {
namespace {

using eventstore::v1::RecordHeader;

absl::Status SubjectErased() {
    return WithReason(absl::FailedPreconditionError(
                          "the subject of this request was erased; nothing can be recorded about it any more"),
                      "SUBJECT_ERASED");
}

absl::Status Damaged(Position position, std::string_view why) {
    return WithReason(
        absl::DataLossError(fmt::format("record {} {}; restore it from a backup of the log", ToUint64(position), why)),
        "RECORD_DAMAGED");
}

absl::StatusOr<RecordHeader> ParseHeader(const StoredRecord& stored) {
    RecordHeader header;
    if (!header.ParseFromString(stored.header)) return Damaged(stored.position, "has a header that cannot be read");
    if (header.position() != ToUint64(stored.position)) {
        return Damaged(stored.position, fmt::format("has the header of record {}", header.position()));
    }
    return header;
}

/// What the whole request shares.
struct RequestParts {
    std::string command_hash;
    std::string digest;
    std::uint32_t size = 0;
    Uuid correlation = RandomUuid();  ///< For events that came without one.
};

RecordHeader HeaderOf(const NewEvent& event, const RequestParts& request, std::uint32_t index) {
    RecordHeader header;
    header.set_event_id(std::string(event.id.AsBytes()));
    header.set_type(event.type);
    std::vector<std::string> tags = event.tags;
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    for (std::string& tag : tags) header.add_tags(std::move(tag));
    header.set_schema_version(event.schema_version);
    header.set_command_hash(request.command_hash);
    header.set_request_digest(request.digest);
    const Uuid& correlation = event.correlation == Uuid{} ? request.correlation : event.correlation;
    header.set_correlation_id(std::string(correlation.AsBytes()));
    if (event.causation) header.set_causation_id(std::string(event.causation->AsBytes()));
    header.set_request_size(request.size);
    header.set_request_index(index);
    return header;
}

SealedEvent SealedEventOf(const NewEvent& event, const RecordHeader& header, std::string sealed_body) {
    SealedEvent sealed;
    sealed.type = event.type;
    sealed.tags.assign(header.tags().begin(), header.tags().end());
    sealed.subject = event.subject;
    sealed.header = header.SerializeAsString();
    sealed.sealed_body = std::move(sealed_body);
    return sealed;
}

}  // namespace

LocalEventLog::LocalEventLog(RecordLog& records, Vault& vault) : records_(records), vault_(vault) {}

absl::StatusOr<Appended> LocalEventLog::Append(const CommandKey& key, const std::optional<Condition>& condition,
                                               std::span<const NewEvent> events) {
    if (absl::Status checked = CheckAppendRequest(key, condition, events); !checked.ok()) return checked;
    const absl::StatusOr<std::optional<std::string>> digest = vault_.RequestDigest(events.front().subject, key.request);
    if (!digest.ok()) return digest.status();
    if (!digest->has_value()) return SubjectErased();
    RequestParts request;
    request.command_hash = vault_.CommandHash(key.caller, key.command);
    request.digest = **digest;
    request.size = static_cast<std::uint32_t>(events.size());

    SealedAppend append;
    append.conditional = condition.has_value();
    if (condition) append.condition = *condition;
    append.command_hash = request.command_hash;
    append.request_digest = request.digest;
    Appended appended;
    for (const NewEvent& event : events) {
        RecordHeader header = HeaderOf(event, request, static_cast<std::uint32_t>(append.events.size()));
        absl::StatusOr<std::string> sealed_body = vault_.Seal(event.subject, event.body, header);
        if (!sealed_body.ok()) return sealed_body.status();
        append.events.push_back(SealedEventOf(event, header, *std::move(sealed_body)));
        appended.headers.push_back(std::move(header));
    }
    const absl::StatusOr<AppendOutcome> outcome = records_.Append(std::move(append));
    if (!outcome.ok()) return outcome.status();
    appended.first = outcome->first;
    appended.last = outcome->last;
    appended.repeated = outcome->repeated;
    if (outcome->repeated) {
        // The first answer is made of what was stored first, not of what was sealed just now.
        const auto count = static_cast<std::uint32_t>(ToUint64(outcome->last) - ToUint64(outcome->first) + 1);
        absl::StatusOr<std::vector<RecordHeader>> headers = ReadHeaders(outcome->first, count);
        if (!headers.ok()) return headers.status();
        appended.headers = *std::move(headers);
        return appended;
    }
    for (std::size_t i = 0; i < appended.headers.size(); ++i) {
        appended.headers[i].set_position(ToUint64(Next(appended.first, i)));
    }
    return appended;
}

absl::StatusOr<std::optional<Appended>> LocalEventLog::FindCommand(const CommandKey& key) {
    const std::string hash = vault_.CommandHash(key.caller, key.command);
    const absl::StatusOr<std::optional<StoredCommand>> stored = records_.FindCommand(hash);
    if (!stored.ok()) return stored.status();
    if (!stored->has_value()) return std::optional<Appended>{};
    const StoredCommand& command = **stored;
    absl::StatusOr<std::vector<RecordHeader>> headers = ReadHeaders(command.first, command.count);
    if (!headers.ok()) return headers.status();
    const std::optional<Uuid> subject = UuidFromBytes(headers->front().key_id());
    if (!subject || headers->front().command_hash() != hash) {
        return Damaged(command.first, "is not of the request that the command index names");
    }
    const absl::StatusOr<std::optional<std::string>> digest = vault_.RequestDigest(SubjectId{*subject}, key.request);
    if (!digest.ok()) return digest.status();
    if (!digest->has_value()) return SubjectErased();
    if (**digest != command.request_digest) {
        return WithReason(absl::AlreadyExistsError("this command id was used for another request; send a new id"),
                          "COMMAND_REUSED");
    }
    return std::optional<Appended>(
        Appended{command.first, Next(command.first, command.count - 1), true, *std::move(headers)});
}

absl::StatusOr<std::vector<RecordHeader>> LocalEventLog::ReadHeaders(Position first, std::uint32_t count) {
    ReadOptions options;
    options.from = first;
    options.until = Next(first, count - 1);
    options.headers_only = true;
    std::vector<RecordHeader> headers;
    for (;;) {
        const absl::StatusOr<ReadBatch> batch = records_.Read(options);
        if (!batch.ok()) return batch.status();
        for (const StoredRecord& stored : batch->records) {
            absl::StatusOr<RecordHeader> header = ParseHeader(stored);
            if (!header.ok()) return header.status();
            header->clear_writer_epoch();
            header->clear_recorded_at_us();
            headers.push_back(*std::move(header));
        }
        if (!batch->next) break;
        options.from = batch->next;
    }
    if (headers.empty() || headers.size() != count) {
        return Damaged(first,
                       fmt::format("starts a request of {} records, of which {} were found", count, headers.size()));
    }
    return headers;
}

absl::StatusOr<RecordBatch> LocalEventLog::Read(const ReadOptions& options) {
    const absl::StatusOr<ReadBatch> batch = records_.Read(options);
    if (!batch.ok()) return batch.status();
    RecordBatch opened;
    opened.next = batch->next;
    opened.end = batch->end;
    opened.records.reserve(batch->records.size());
    for (const StoredRecord& stored : batch->records) {
        if (options.headers_only) {
            absl::StatusOr<RecordHeader> header = ParseHeader(stored);
            if (!header.ok()) return header.status();
            opened.records.push_back({stored.position, *std::move(header), std::nullopt});
            continue;
        }
        absl::StatusOr<Record> record = Open(stored);
        if (!record.ok()) return record.status();
        opened.records.push_back(*std::move(record));
    }
    return opened;
}

absl::StatusOr<Record> LocalEventLog::Open(const StoredRecord& stored) {
    absl::StatusOr<RecordHeader> header = ParseHeader(stored);
    if (!header.ok()) return header.status();
    absl::StatusOr<std::optional<std::string>> body = vault_.Open(*header, stored.sealed_body);
    if (!body.ok()) return body.status();
    return Record{stored.position, *std::move(header), *std::move(body)};
}

Position LocalEventLog::End() const {
    return records_.End();
}

std::shared_ptr<void> LocalEventLog::Listen(RecordLog::Listener listener) {
    return records_.Listen(std::move(listener));
}

Uuid LocalEventLog::StoreId() const {
    return records_.StoreId();
}

bool LocalEventLog::Synthetic() const {
    return records_.Synthetic();
}

}  // namespace throughline
