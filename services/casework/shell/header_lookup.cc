// Reads headers only: bodies stay sealed.
#include "services/casework/shell/header_lookup.h"

#include "eventstore/base/tags.h"

namespace throughline {

using eventstore::v1::RecordHeader;

HeaderLookup::HeaderLookup(EventLog& log) : log_(log) {}

absl::StatusOr<std::optional<RecordHeader>> HeaderLookup::First(const std::string& type, const std::string& tag) {
    ReadOptions options;
    options.query = {{{{type}, {tag}}}};
    options.limit = 1;
    options.headers_only = true;
    absl::StatusOr<RecordBatch> batch = log_.Read(options);
    if (!batch.ok()) return batch.status();
    if (batch->records.empty()) return std::nullopt;
    return std::move(batch->records.front().header);
}

absl::StatusOr<std::optional<std::string>> HeaderLookup::TagOf(const std::string& type, const std::string& tag,
                                                               std::string_view kind) {
    const absl::StatusOr<std::optional<RecordHeader>> header = First(type, tag);
    if (!header.ok()) return header.status();
    if (!header->has_value()) return std::nullopt;
    const std::vector<std::string> tags((*header)->tags().begin(), (*header)->tags().end());
    const std::optional<std::string_view> id = FindTag(tags, kind);
    if (!id) return std::nullopt;
    return std::string(*id);
}

absl::StatusOr<std::optional<RecordHeader>> HeaderLookup::Event(EventId event, const Query& query) {
    ReadOptions options;
    options.query = query;
    options.headers_only = true;
    do {
        absl::StatusOr<RecordBatch> batch = log_.Read(options);
        if (!batch.ok()) return batch.status();
        for (Record& record : batch->records) {
            if (record.header.event_id() == event.AsBytes()) return std::move(record.header);
        }
        options.from = batch->next;
    } while (options.from);
    return std::nullopt;
}

}  // namespace throughline
