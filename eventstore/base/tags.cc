// Tags and the kinds that the event store itself gives out.
#include "eventstore/base/tags.h"

#include <fmt/format.h>

namespace throughline {
namespace {

std::string_view KindName(eventstore::v1::SubjectKind kind) {
    switch (kind) {
        case eventstore::v1::SUBJECT_KIND_PUPIL:
            return "pupil";
        case eventstore::v1::SUBJECT_KIND_SAFEGUARDING_FILE:
            return "safeguarding";
        case eventstore::v1::SUBJECT_KIND_SCHOOL:
            return "school";
        case eventstore::v1::SUBJECT_KIND_STORE:
            return "store";
        case eventstore::v1::SUBJECT_KIND_UNSPECIFIED:
        case eventstore::v1::SubjectKind_INT_MIN_SENTINEL_DO_NOT_USE_:
        case eventstore::v1::SubjectKind_INT_MAX_SENTINEL_DO_NOT_USE_:
            break;
    }
    return "subject";
}

}  // namespace

std::string MakeTag(std::string_view kind, std::string_view id) {
    return fmt::format("{}:{}", kind, id);
}

std::optional<std::string_view> FindTag(std::span<const std::string> tags, std::string_view kind) {
    for (const std::string_view tag : tags) {
        if (tag.size() > kind.size() && tag.starts_with(kind) && tag[kind.size()] == ':') {
            return tag.substr(kind.size() + 1);
        }
    }
    return std::nullopt;
}

std::string SubjectTag(eventstore::v1::SubjectKind kind, SubjectId subject) {
    return MakeTag(KindName(kind), ToString(subject));
}

}  // namespace throughline
