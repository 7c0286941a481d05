// Event ids and tags, as text.
#include "services/casework/shell/answer.h"

#include "eventstore/base/tags.h"
#include "eventstore/base/uuid.h"

namespace throughline {

std::string Answer::EventIdText() const {
    if (headers.empty()) return {};
    const std::optional<Uuid> id = UuidFromBytes(headers.front().event_id());
    return id ? ToString(*id) : std::string{};
}

std::string Answer::IdOf(std::string_view kind) const {
    if (headers.empty()) return {};
    const std::vector<std::string> tags(headers.front().tags().begin(), headers.front().tags().end());
    return std::string(FindTag(tags, kind).value_or(std::string_view{}));
}

}  // namespace throughline
