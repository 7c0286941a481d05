// Limits are checked in the caller's thread, so that the writer only ever sees what it can store.
#include "eventstore/log/append_checks.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

bool IsLabel(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max && text.find('\0') == std::string_view::npos;
}

}  // namespace

absl::Status BadAppend(std::string text) {
    return WithReason(absl::InvalidArgumentError(std::move(text)), "BAD_APPEND");
}

absl::Status CheckType(std::string_view type) {
    if (IsLabel(type, limits::kTypeBytesMax)) return absl::OkStatus();
    return BadAppend(
        fmt::format("a type of {} bytes; from 1 to {}, none of them zero", type.size(), limits::kTypeBytesMax));
}

absl::Status CheckTag(std::string_view tag) {
    if (IsLabel(tag, limits::kTagBytesMax)) return absl::OkStatus();
    return BadAppend(
        fmt::format("a tag of {} bytes; from 1 to {}, none of them zero", tag.size(), limits::kTagBytesMax));
}

absl::Status CheckQuery(const Query& query) {
    if (query.items.size() > limits::kQueryItemsMax) {
        return BadAppend(fmt::format("{} items in a query; at most {}", query.items.size(), limits::kQueryItemsMax));
    }
    for (const QueryItem& item : query.items) {
        if (item.types.size() > limits::kTypesPerItemMax) {
            return BadAppend(
                fmt::format("{} types in a query's item; at most {}", item.types.size(), limits::kTypesPerItemMax));
        }
        if (item.tags.size() > limits::kTagsPerItemMax) {
            return BadAppend(
                fmt::format("{} tags in a query's item; at most {}", item.tags.size(), limits::kTagsPerItemMax));
        }
        for (const std::string& type : item.types) {
            if (absl::Status checked = CheckType(type); !checked.ok()) return checked;
        }
        for (const std::string& tag : item.tags) {
            if (absl::Status checked = CheckTag(tag); !checked.ok()) return checked;
        }
    }
    return absl::OkStatus();
}

absl::Status CheckConditionAfter(const SealedAppend& append, Position end) {
    if (!append.conditional || !append.condition.after || *append.condition.after < end) return absl::OkStatus();
    return BadAppend(
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
