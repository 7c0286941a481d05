// Headers are real RecordHeaders, since the log checks them.
#include "tests/eventstore/log/sealed_append.h"

#include <algorithm>
#include <utility>

#include "eventstore/base/digest.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline::testing {

SubjectId TestSubject(std::uint8_t number) {
    return SubjectId{Uuid{{0x5B, number}}};
}

std::string CommandHash(std::string_view command) {
    return Sha256(command).substr(0, 16);
}

SealedAppend MakeAppend(std::string_view command, std::vector<TestEvent> events, std::string_view request) {
    SealedAppend append;
    append.command_hash = CommandHash(command);
    append.request_digest = Sha256(request).substr(0, 16);
    std::uint32_t index = 0;
    for (TestEvent& event : events) {
        std::sort(event.tags.begin(), event.tags.end());
        eventstore::v1::RecordHeader header;
        header.set_event_id(std::string(RandomUuid().AsBytes()));
        header.set_type(event.type);
        for (const std::string& tag : event.tags) header.add_tags(tag);
        header.set_schema_version(1);
        header.set_key_id(std::string(event.subject.AsBytes()));
        header.set_body_sha256(Sha256(event.body));
        header.set_command_hash(append.command_hash);
        header.set_request_digest(append.request_digest);
        header.set_request_size(static_cast<std::uint32_t>(events.size()));
        header.set_request_index(index++);
        append.events.push_back({header.SerializeAsString(), std::move(event.body)});
    }
    return append;
}

SealedAppend MakeAppendIf(std::string_view command, std::vector<TestEvent> events, Query query,
                          std::optional<Position> after) {
    SealedAppend append = MakeAppend(command, std::move(events));
    append.conditional = true;
    append.condition = {std::move(query), after};
    return append;
}

Query AnyOf(std::vector<std::string> types, std::vector<std::string> tags) {
    return Query{{QueryItem{std::move(types), std::move(tags)}}};
}

}  // namespace throughline::testing
