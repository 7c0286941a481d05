// Headers are read here, once; whatever is wrong with one is said before the writer sees it.
#include "eventstore/log/prepared_append.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/record_header.h"
#include "eventstore/log/append_checks.h"
#include "eventstore/log/header_trailer.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {
namespace {

constexpr std::size_t kHashBytes = 16;

bool SameLabels(const RecordHeaderView& header, const RecordHeaderView* before) {
    return before != nullptr && header.type == before->type && header.tags == before->tags;
}

// Protobuf reads no text that is not UTF-8, so neither may be stored; plain ASCII needs no closer look.
bool IsReadable(std::string_view header, const RecordHeaderView& view) {
    const auto ascii = [](std::string_view text) {
        return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    };
    if (ascii(view.type) && std::all_of(view.tags.begin(), view.tags.end(), ascii)) return true;
    eventstore::v1::RecordHeader parsed;
    return parsed.ParseFromArray(header.data(), static_cast<int>(header.size()));
}

absl::Status CheckLabels(const RecordHeaderView& header) {
    if (absl::Status type = CheckType(header.type); !type.ok()) return type;
    if (header.tags.size() > limits::kTagsPerEventMax) {
        return BadAppend(fmt::format("{} tags; at most {}", header.tags.size(), limits::kTagsPerEventMax));
    }
    for (const std::string_view tag : header.tags) {
        if (absl::Status checked = CheckTag(tag); !checked.ok()) return checked;
    }
    if (!std::is_sorted(header.tags.begin(), header.tags.end(), std::less_equal<>{})) {
        return BadAppend("tags out of order or twice; sort them, each once");
    }
    return absl::OkStatus();
}

// The events of one request mostly share their type and their tags: `before`, where there is one, is what the event
// before this one has.
RecordLabels LabelsOf(const RecordHeaderView& header, const RecordHeaderView* before, const RecordLabels* labels) {
    if (SameLabels(header, before)) return *labels;
    const bool same_type = before != nullptr && header.type == before->type;
    RecordLabels made{same_type ? labels->front() : TypeLabel(header.type)};
    for (const std::string_view tag : header.tags) made.push_back(TagLabel(tag));
    return made;
}

// Reads the header of an event; `before` is that of the event before it, if any.
absl::StatusOr<RecordHeaderView> CheckEvent(const SealedAppend& append, const SealedEvent& event,
                                            const RecordHeaderView* before) {
    if (event.sealed_body.empty() || event.sealed_body.size() > limits::kSealedBodyBytesMax) {
        return BadAppend(fmt::format("a sealed body of {} bytes; from 1 to {}", event.sealed_body.size(),
                                     limits::kSealedBodyBytesMax));
    }
    if (event.header.size() + kHeaderTrailerBytes > limits::kHeaderBytesMax) {
        return BadAppend(fmt::format("a header of {} bytes; at most {}", event.header.size() + kHeaderTrailerBytes,
                                     limits::kHeaderBytesMax));
    }
    auto header = ParseRecordHeader(event.header);
    const bool same_labels = header && SameLabels(*header, before);
    if (!header || (!same_labels && !IsReadable(event.header, *header))) {
        return BadAppend("a header that is no RecordHeader");
    }
    if (header->position != 0 || header->writer_epoch != 0 || header->recorded_at_us != 0) {
        return BadAppend("a header with fields 15 to 17, which the writer adds; leave them out");
    }
    if (!same_labels) {
        if (absl::Status labels = CheckLabels(*header); !labels.ok()) return labels;
    }
    if (header->key_id.size() != sizeof(Uuid::bytes)) {
        return BadAppend(fmt::format("a key id of {} bytes; it is the subject's 16", header->key_id.size()));
    }
    if (header->command_hash != append.command_hash || header->request_digest != append.request_digest) {
        return BadAppend("a header whose command_hash or request_digest is not that of its append");
    }
    return *std::move(header);
}

}  // namespace

absl::StatusOr<PreparedAppend> PreparedAppend::Of(SealedAppend append) {
    if (append.events.empty() || append.events.size() > limits::kEventsPerAppendMax) {
        return BadAppend(
            fmt::format("{} events; from 1 to {} in one append", append.events.size(), limits::kEventsPerAppendMax));
    }
    if (append.command_hash.size() != kHashBytes || append.request_digest.size() != kHashBytes) {
        return BadAppend(fmt::format("a command hash of {} and a request digest of {} bytes; {} each",
                                     append.command_hash.size(), append.request_digest.size(), kHashBytes));
    }
    PreparedAppend prepared;
    if (append.conditional) {
        if (absl::Status query = CheckQuery(append.condition.query); !query.ok()) return query;
        prepared.condition = LabelQuery::Of(append.condition.query);
    }
    prepared.append = std::move(append);
    prepared.events.reserve(prepared.append.events.size());
    std::optional<RecordHeaderView> before;
    for (const SealedEvent& event : prepared.append.events) {
        const RecordHeaderView* const last = before ? &*before : nullptr;
        auto header = CheckEvent(prepared.append, event, last);
        if (!header.ok()) return header.status();
        const RecordLabels* labels = before ? &prepared.events.back().labels : nullptr;
        prepared.events.push_back(
            {header->type, SubjectId{*UuidFromBytes(header->key_id)}, LabelsOf(*header, last, labels)});
        before = *std::move(header);
        prepared.bytes += event.header.size() + event.sealed_body.size();
    }
    if (prepared.bytes > limits::kAppendBytesMax) {
        return BadAppend(fmt::format("{} bytes in one append; at most {}", prepared.bytes, limits::kAppendBytesMax));
    }
    return prepared;
}

}  // namespace throughline
