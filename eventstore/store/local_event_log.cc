// From plaintext events to sealed ones, and back.
#include "eventstore/store/local_event_log.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "eventstore/base/record_header.h"
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

absl::StatusOr<RecordHeaderView> ParseHeader(const RecordView& stored) {
    std::optional<RecordHeaderView> header = ParseRecordHeader(stored.header);
    if (!header) return Damaged(stored.position, "has a header that cannot be read");
    if (header->position != ToUint64(stored.position)) {
        return Damaged(stored.position, fmt::format("has the header of record {}", header->position));
    }
    return *std::move(header);
}

absl::StatusOr<RecordHeader> ToMessage(Position position, std::string_view bytes) {
    RecordHeader header;
    if (!header.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return Damaged(position, "has a header that cannot be read");
    }
    return header;
}

void SetTags(const std::vector<std::string>& tags, RecordHeaderView& header) {
    header.tags.assign(tags.begin(), tags.end());
    std::sort(header.tags.begin(), header.tags.end());
    header.tags.erase(std::unique(header.tags.begin(), header.tags.end()), header.tags.end());
}

std::string HeaderBytes(const RecordHeaderView& header) {
    // All that has a fixed size, with what the log adds; so that there is one allocation.
    constexpr std::size_t kFixedBytes = 256;
    std::size_t bytes = kFixedBytes + header.type.size();
    for (const std::string_view tag : header.tags) bytes += tag.size() + 2;
    std::string out;
    out.reserve(bytes);
    AppendRecordHeader(out, header);
    return out;
}

std::string_view Text(const std::array<char, 32>& bytes) {
    return {bytes.data(), bytes.size()};
}

std::uint32_t CountBetween(Position first, Position last) {
    return static_cast<std::uint32_t>(ToUint64(last) - ToUint64(first) + 1);
}

}  // namespace

LocalEventLog::LocalEventLog(RecordLog& records, Vault& vault) : records_(records), vault_(vault) {}

void LocalEventLog::BeginAppend(const CommandKey& key, const std::optional<Condition>& condition,
                                std::span<const NewEvent> events, AnswerWith answer, AppendedDone done) {
    if (absl::Status checked = CheckAppendRequest(key, condition, events); !checked.ok()) return done(checked);
    const Uuid correlation = events.front().correlation == Uuid{} ? RandomUuid() : events.front().correlation;
    absl::StatusOr<SealedAppend> sealed = Seal(key, condition, events, correlation);
    if (!sealed.ok()) return done(sealed.status());
    std::vector<RecordHeader> headers;
    if (answer == AnswerWith::kHeaders) {
        for (const SealedEvent& event : sealed->events) {
            headers.emplace_back().ParseFromString(event.header);
        }
    }
    records_.BeginAppend(*std::move(sealed), [this, correlation, answer, headers = std::move(headers),
                                              done = std::move(done)](absl::StatusOr<AppendOutcome> outcome) mutable {
        if (!outcome.ok()) return done(outcome.status());
        // The first answer is made of what was stored first, not of what was sealed just now.
        if (outcome->repeated) return done(FirstAnswer(outcome->first, outcome->last, answer));
        for (std::size_t i = 0; i < headers.size(); ++i) {
            headers[i].set_position(ToUint64(Next(outcome->first, i)));
        }
        done(Appended{outcome->first, outcome->last, false, correlation, std::move(headers)});
    });
}

void LocalEventLog::LendThread() {
    records_.LendThread();
}

absl::StatusOr<SealedAppend> LocalEventLog::Seal(const CommandKey& key, const std::optional<Condition>& condition,
                                                 std::span<const NewEvent> events, const Uuid& correlation) {
    const absl::StatusOr<std::optional<std::string>> digest = vault_.RequestDigest(events.front().subject, key.request);
    if (!digest.ok()) return digest.status();
    if (!digest->has_value()) return SubjectErased();
    SealedAppend append;
    append.conditional = condition.has_value();
    if (condition) append.condition = *condition;
    append.command_hash = vault_.CommandHash(key.caller, key.command);
    append.request_digest = **digest;
    append.events.reserve(events.size());

    RecordHeaderView header;
    header.command_hash = append.command_hash;
    header.request_digest = append.request_digest;
    header.request_size = static_cast<std::uint32_t>(events.size());
    for (const NewEvent& event : events) {
        header.event_id = event.id.AsBytes();
        header.type = event.type;
        SetTags(event.tags, header);
        header.schema_version = event.schema_version;
        header.correlation_id = event.correlation == Uuid{} ? correlation.AsBytes() : event.correlation.AsBytes();
        header.causation_id = event.causation ? event.causation->AsBytes() : std::string_view();
        header.request_index = static_cast<std::uint32_t>(append.events.size());
        absl::StatusOr<SealedBody> body = vault_.Seal(event.subject, event.body, header);
        if (!body.ok()) return body.status();
        header.cipher = body->cipher;
        header.key_id = event.subject.AsBytes();
        header.key_commitment = Text(body->key_commitment);
        header.body_sha256 = Text(body->sha256);
        append.events.push_back({HeaderBytes(header), std::move(body->bytes)});
    }
    return append;
}

absl::StatusOr<Appended> LocalEventLog::FirstAnswer(Position first, Position last, AnswerWith answer) {
    const std::uint32_t count = answer == AnswerWith::kHeaders ? CountBetween(first, last) : 1;
    absl::StatusOr<std::vector<RecordHeader>> headers = ReadHeaders(first, count);
    if (!headers.ok()) return headers.status();
    Appended appended{first, last, true, UuidFromBytes(headers->front().correlation_id()).value_or(Uuid{}), {}};
    if (answer == AnswerWith::kHeaders) appended.headers = *std::move(headers);
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
    const Uuid correlation = UuidFromBytes(headers->front().correlation_id()).value_or(Uuid{});
    return std::optional<Appended>(
        Appended{command.first, Next(command.first, command.count - 1), true, correlation, *std::move(headers)});
}

absl::StatusOr<std::vector<RecordHeader>> LocalEventLog::ReadHeaders(Position first, std::uint32_t count) {
    ReadOptions options;
    options.from = first;
    options.until = Next(first, count - 1);
    options.headers_only = true;
    std::vector<RecordHeader> headers;
    absl::Status failure;
    do {
        const absl::StatusOr<ReadProgress> progress = records_.Visit(options, [&](const RecordView& stored) {
            absl::StatusOr<Record> record = OpenView(stored, false);
            failure.Update(record.status());
            if (!record.ok()) return;
            record->header.clear_writer_epoch();
            record->header.clear_recorded_at_us();
            headers.push_back(std::move(record->header));
        });
        if (!progress.ok()) return progress.status();
        if (!failure.ok()) return failure;
        options.from = progress->next;
    } while (options.from);
    if (headers.empty() || headers.size() != count) {
        return Damaged(first,
                       fmt::format("starts a request of {} records, of which {} were found", count, headers.size()));
    }
    return headers;
}

absl::StatusOr<RecordBatch> LocalEventLog::Read(const ReadOptions& options) {
    RecordBatch opened;
    absl::Status failure;
    const absl::StatusOr<ReadProgress> progress = records_.Visit(options, [&](const RecordView& stored) {
        if (!failure.ok()) return;
        absl::StatusOr<Record> record = OpenView(stored, !options.headers_only);
        failure = record.status();
        if (record.ok()) opened.records.push_back(*std::move(record));
    });
    if (!progress.ok()) return progress.status();
    if (!failure.ok()) return failure;
    opened.next = progress->next;
    opened.end = progress->end;
    return opened;
}

absl::StatusOr<Record> LocalEventLog::Open(const StoredRecord& stored) {
    return OpenView({stored.position, stored.header, stored.sealed_body}, true);
}

absl::StatusOr<Record> LocalEventLog::OpenView(const RecordView& stored, bool with_body) {
    const absl::StatusOr<RecordHeaderView> header = ParseHeader(stored);
    if (!header.ok()) return header.status();
    absl::StatusOr<RecordHeader> message = ToMessage(stored.position, stored.header);
    if (!message.ok()) return message.status();
    Record record{stored.position, *std::move(message), std::nullopt};
    if (!with_body) return record;
    std::string body;
    const absl::StatusOr<bool> opened = vault_.Open(*header, stored.sealed_body, body);
    if (!opened.ok()) return opened.status();
    if (*opened) record.body = std::move(body);
    return record;
}

absl::StatusOr<bool> LocalEventLog::OpenBody(const RecordView& stored, std::string& out) {
    // The log has held the position that it says against the one that it stands at.
    if (stored.fields != nullptr) return vault_.Open(*stored.fields, stored.sealed_body, out);
    const absl::StatusOr<RecordHeaderView> header = ParseHeader(stored);
    if (!header.ok()) return header.status();
    return vault_.Open(*header, stored.sealed_body, out);
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
