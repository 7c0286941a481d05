// Each header is held against the one before, so that a wrong one is named once and not with all that follow it.
#include "eventstore/log/log_check_headers.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "eventstore/log/header_trailer.h"

namespace throughline {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kHashBytes = 16;

}  // namespace

void HeaderCheck::Check(Position position, std::string_view header, const RecordHeaderView* fields) {
    if (fields == nullptr) {
        Add(position, "its header cannot be read");
        Skip();
        return;
    }
    CheckOrder(position, header);
    CheckIds(position, *fields);
    CheckRequest(position, *fields);
}

void HeaderCheck::CheckOrder(Position position, std::string_view header) {
    const auto trailer = ReadHeaderTrailer(header);
    if (!trailer) return Add(position, "its header does not end in position, epoch and time");
    if (trailer->position != position) {
        Add(position, fmt::format("its header says position {}", ToUint64(trailer->position)));
    }
    if (trailer->writer_epoch < writer_epoch_) {
        Add(position, fmt::format("it is of writer epoch {}, the record before of epoch {}", trailer->writer_epoch,
                                  writer_epoch_));
    } else if (store_epoch_ && trailer->writer_epoch > *store_epoch_) {
        Add(position, fmt::format("it is of writer epoch {}, and the store has come to epoch {} only",
                                  trailer->writer_epoch, *store_epoch_));
    } else {
        writer_epoch_ = trailer->writer_epoch;
    }
    if (recorded_at_ && trailer->recorded_at < *recorded_at_) {
        Add(position, fmt::format("it was recorded {} microseconds before the record before it",
                                  ToMicros(*recorded_at_) - ToMicros(trailer->recorded_at)));
        return;
    }
    recorded_at_ = trailer->recorded_at;
}

void HeaderCheck::CheckIds(Position position, const RecordHeaderView& fields) {
    if (fields.event_id.size() != kIdBytes) Add(position, "its header names no event id");
    if (fields.key_id.size() != kIdBytes) Add(position, "its header names no subject");
    if (fields.type.empty()) Add(position, "its header names no type");
    if (fields.command_hash.size() != kHashBytes || fields.request_digest.size() != kHashBytes) {
        Add(position, "its header names no command");
    }
}

void HeaderCheck::CheckRequest(Position position, const RecordHeaderView& fields) {
    if (fields.request_index >= fields.request_size) {
        Add(position, fmt::format("its header says that it is number {} of a request of {}",
                                  std::uint64_t{fields.request_index} + 1, fields.request_size));
    } else if (request_) {
        const bool inside = request_->next < request_->size;
        const bool goes_on = inside && fields.request_index == request_->next &&
                             fields.request_size == request_->size && fields.command_hash == request_->command_hash &&
                             fields.request_digest == request_->digest;
        if (inside && !goes_on) {
            Add(position, fmt::format("its header does not go on with the request before, of which {} of {} records "
                                      "are there",
                                      request_->next, request_->size));
        } else if (!inside && fields.request_index != 0) {
            Add(position, fmt::format("its header says that it is number {} of a request whose first is not there",
                                      std::uint64_t{fields.request_index} + 1));
        }
    }
    request_ = Request{std::string(fields.command_hash), std::string(fields.request_digest), fields.request_size,
                       fields.request_index + 1};
}

void HeaderCheck::Finish(Position end) {
    if (!request_ || request_->next >= request_->size) return;
    report_.Add(
        CheckPart::kRecords, fmt::format("position {}", ToUint64(end)),
        fmt::format("the log ends within a request: {} of {} records are there", request_->next, request_->size));
}

void HeaderCheck::Add(Position position, std::string what) {
    report_.Add(CheckPart::kRecords, fmt::format("position {}", ToUint64(position)), std::move(what));
}

}  // namespace throughline
