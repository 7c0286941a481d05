// Where the next page of a list begins, as an opaque token that fits one question only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace throughline {

/// A token for the rows after `key`. `question` is what the list is of (pupil, as known when): the token fits no other.
[[nodiscard]] std::string EncodePageToken(std::string_view question, std::string_view key);

/// The key; nothing for what is not a token of this question.
[[nodiscard]] std::optional<std::string> DecodePageToken(std::string_view question, std::string_view token);

}  // namespace throughline
