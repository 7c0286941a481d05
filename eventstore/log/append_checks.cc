// Limits are checked in the caller's thread, so that the writer only ever sees what it can store.
#include "eventstore/log/append_checks.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/header_trailer.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline {
namespace {

constexpr std::size_t kHashBytes = 16;

absl::Status Invalid(std::string text) {
    return WithReason(absl::InvalidArgumentError(std::move(text)), "BAD_APPEND");
}

// A zero byte ends a label in the index's keys, so no label may hold one.
bool IsLabel(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max && text.find('\0') == std::string_view::npos;
}

absl::Status CheckTags(const std::vector<std::string>& tags, std::size_t count_max) {
    if (tags.size() > count_max) return Invalid(fmt::format("{} tags; at most {}", tags.size(), count_max));
    for (const std::string& tag : tags) {
        if (!IsLabel(tag, limits::kTagBytesMax)) {
            return Invalid(
                fmt::format("a tag of {} bytes; from 1 to {}, none of them zero", tag.size(), limits::kTagBytesMax));
        }
    }
    return absl::OkStatus();
}

absl::Status CheckType(std::string_view type) {
    if (IsLabel(type, limits::kTypeBytesMax)) return absl::OkStatus();
    return Invalid(
        fmt::format("a type of {} bytes; from 1 to {}, none of them zero", type.size(), limits::kTypeBytesMax));
}

// The index is made from the event and can be rebuilt from the header only if both say the same.
absl::Status CheckHeader(const SealedAppend& append, const SealedEvent& event) {
    if (event.header.size() + kHeaderTrailerBytes > limits::kHeaderBytesMax) {
        return Invalid(fmt::format("a header of {} bytes; at most {}", event.header.size() + kHeaderTrailerBytes,
                                   limits::kHeaderBytesMax));
    }
    eventstore::v1::RecordHeader header;
    if (!header.ParseFromString(event.header)) return Invalid("a header that is no RecordHeader");
    if (header.position() != 0 || header.writer_epoch() != 0 || header.recorded_at_us() != 0) {
        return Invalid("a header with fields 15 to 17, which the writer adds; leave them out");
    }
    const bool agrees = header.type() == event.type && header.key_id() == event.subject.AsBytes() &&
                        header.command_hash() == append.command_hash &&
                        std::equal(header.tags().begin(), header.tags().end(), event.tags.begin(), event.tags.end());
    if (!agrees) return Invalid("a header whose type, tags, key_id or command_hash are not those of its event");
    return absl::OkStatus();
}

absl::Status CheckEvent(const SealedAppend& append, const SealedEvent& event) {
    if (absl::Status type = CheckType(event.type); !type.ok()) return type;
    if (absl::Status tags = CheckTags(event.tags, limits::kTagsPerEventMax); !tags.ok()) return tags;
    if (!std::is_sorted(event.tags.begin(), event.tags.end(), std::less_equal<>{})) {
        return Invalid("tags out of order or twice; sort them, each once");
    }
    if (event.sealed_body.empty() || event.sealed_body.size() > limits::kSealedBodyBytesMax) {
        return Invalid(fmt::format("a sealed body of {} bytes; from 1 to {}", event.sealed_body.size(),
                                   limits::kSealedBodyBytesMax));
    }
    return CheckHeader(append, event);
}

}  // namespace

absl::Status CheckAppend(const SealedAppend& append) {
    if (append.events.empty() || append.events.size() > limits::kEventsPerAppendMax) {
        return Invalid(
            fmt::format("{} events; from 1 to {} in one append", append.events.size(), limits::kEventsPerAppendMax));
    }
    if (append.command_hash.size() != kHashBytes || append.request_digest.size() != kHashBytes) {
        return Invalid(fmt::format("a command hash of {} and a request digest of {} bytes; {} each",
                                   append.command_hash.size(), append.request_digest.size(), kHashBytes));
    }
    if (append.conditional) {
        if (absl::Status query = CheckQuery(append.condition.query); !query.ok()) return query;
    }
    std::size_t bytes = 0;
    for (const SealedEvent& event : append.events) {
        if (absl::Status checked = CheckEvent(append, event); !checked.ok()) return checked;
        bytes += event.header.size() + event.sealed_body.size();
    }
    if (bytes > limits::kAppendBytesMax) {
        return Invalid(fmt::format("{} bytes in one append; at most {}", bytes, limits::kAppendBytesMax));
    }
    return absl::OkStatus();
}

absl::Status CheckQuery(const Query& query) {
    if (query.items.size() > limits::kQueryItemsMax) {
        return Invalid(fmt::format("{} items in a query; at most {}", query.items.size(), limits::kQueryItemsMax));
    }
    for (const QueryItem& item : query.items) {
        if (item.types.size() > limits::kTypesPerItemMax) {
            return Invalid(
                fmt::format("{} types in a query's item; at most {}", item.types.size(), limits::kTypesPerItemMax));
        }
        for (const std::string& type : item.types) {
            if (absl::Status checked = CheckType(type); !checked.ok()) return checked;
        }
        if (absl::Status tags = CheckTags(item.tags, limits::kTagsPerItemMax); !tags.ok()) return tags;
    }
    return absl::OkStatus();
}

absl::Status CheckConditionAfter(const SealedAppend& append, Position end) {
    if (!append.conditional || !append.condition.after || *append.condition.after < end) return absl::OkStatus();
    return Invalid(
        fmt::format("a condition after position {}, but the log ends before {}; read this log and decide again",
                    ToUint64(*append.condition.after), ToUint64(end)));
}

absl::Status ConditionFailedError(const Condition& condition, Position failed_at) {
    const std::string what =
        condition.after
            ? fmt::format("newer facts match the condition after position {}, first at {}", ToUint64(*condition.after),
                          ToUint64(failed_at))
            : fmt::format("a fact matches the condition that there be none, first at {}", ToUint64(failed_at));
    return WithReason(absl::AbortedError(what + "; load and decide again"), "CONDITION_FAILED");
}

absl::Status SubjectErasedError() {
    return WithReason(absl::FailedPreconditionError("the subject was erased; nothing is recorded about it any more"),
                      "SUBJECT_ERASED");
}

absl::StatusOr<AppendOutcome> AnswerAgain(const StoredCommand& stored, std::string_view request_digest) {
    if (stored.request_digest != request_digest) {
        return WithReason(absl::AlreadyExistsError("this command id was used for another request; send a new id"),
                          "COMMAND_REUSED");
    }
    return AppendOutcome{stored.first, Next(stored.first, stored.count - 1), true};
}

}  // namespace throughline
