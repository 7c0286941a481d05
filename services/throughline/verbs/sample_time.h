// When the clock of a synthetic store begins: before the first day of the packaged story.
#pragma once

#include <string_view>

namespace throughline {

inline constexpr std::string_view kSampleStart = "2025-09-01T06:00:00Z";

}  // namespace throughline
