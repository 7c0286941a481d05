// A story as read from its file: who acts, and step by step when, what, and how it should end. See docs/stories.md.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "services/auth/identity.h"

namespace throughline {

/// A step that moves the store's clock.
struct ClockStep {
    Instant to;
};

/// How a call should end.
struct Expectation {
    bool refused = false;
    std::string reason;             ///< ErrorInfo reason, or the name of the gRPC code where there is none.
    std::vector<std::string> gaps;  ///< "TYPE" or "TYPE SUBJECT"; all of them and no others, in any order.
};

/// A step in which somebody asks for something.
struct CallStep {
    std::string label;                        ///< Unique within the story; its number where the file gives none.
    std::string actor;                        ///< A key of Story::actors.
    std::string method;                       ///< "ReferralService.RaiseReferral".
    YAML::Node with;                          ///< The request, without its command id.
    std::map<std::string, std::string> save;  ///< Name to give, field of the answer.
    Expectation expect;
    std::string say;  ///< One line for the telling.
};

/// One step; `number` counts from 1, `line` is the one in the file.
struct Step {
    int number = 0;
    int line = 0;
    std::variant<ClockStep, CallStep> what;
};

/// A whole story.
struct Story {
    std::string title;
    int version = 1;
    std::string source;
    std::vector<std::string> invented;  ///< What the source does not tell.
    std::map<std::string, Identity> actors;
    std::vector<Step> steps;
};

/// Reads a story. INVALID_ARGUMENT names the line and says what should stand there; NOT_FOUND where there is no such
/// file.
[[nodiscard]] absl::StatusOr<Story> LoadStory(const std::filesystem::path& path);

/// The same from text.
[[nodiscard]] absl::StatusOr<Story> ParseStory(const std::string& text);

/// Reads "2026-09-07" or "2026-09-07 09:30", a time in Europe/London; INVALID_ARGUMENT for anything else.
[[nodiscard]] absl::StatusOr<Instant> ParseLondonTime(std::string_view text);

/// "Mon 07 Sep 2026 09:30" in Europe/London.
[[nodiscard]] std::string LondonTimeText(Instant instant);

}  // namespace throughline
