// The keys of every family of the log; what they look like is in docs/storage-format.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "eventstore/base/position.h"
#include "eventstore/base/uuid.h"

namespace throughline {

/// Of a commit's frame: its first position.
[[nodiscard]] std::string FrameKey(Position first);
[[nodiscard]] std::optional<Position> ParseFrameKey(std::string_view key);

/// Of the sealed bodies of one request about one subject: the subject, and the request's first position.
[[nodiscard]] std::string BodyKey(SubjectId subject, Position request_first);

/// Two keys that hold all bodies of a subject between them.
[[nodiscard]] std::string BodyKeyLowest(SubjectId subject);
[[nodiscard]] std::string BodyKeyHighest(SubjectId subject);

/// What all postings of one tag, or of one type, begin with.
[[nodiscard]] std::string TagPrefix(std::string_view tag);
[[nodiscard]] std::string TypePrefix(std::string_view type);

/// Of one request's posting: its prefix and the first position in it.
[[nodiscard]] std::string PostingKey(std::string_view prefix, Position first);

/// The first position of a posting; nothing where the key has another prefix.
[[nodiscard]] std::optional<Position> ParsePostingKey(std::string_view prefix, std::string_view key);

}  // namespace throughline
