// Command ids of a story: made from the story and the store, so that telling it again repeats the same commands.
#pragma once

#include <string>
#include <string_view>

namespace throughline {

/// What tells one command of a story from every other.
struct StoryCommand {
    std::string_view title;
    int version = 1;
    std::string_view store_id;  ///< Two stores never share command ids.
    std::string_view label;     ///< Of the step, unique within the story.
};

/// A UUID, version 8 (RFC 9562 §5.8): the first 122 free bits are those of SHA-256 over the four parts.
[[nodiscard]] std::string CommandIdOf(const StoryCommand& command);

}  // namespace throughline
