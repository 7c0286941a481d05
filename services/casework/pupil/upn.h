// Unique pupil numbers: 13 characters, of which the first checks the others.
#pragma once

#include <string_view>

namespace throughline {

/// Whether it is a UPN: check letter, 3 digits local authority, 4 establishment, 2 year, 3 serial (the last may be a
/// letter: a temporary number).
[[nodiscard]] bool IsUpn(std::string_view text);

/// The check letter of the twelve characters that follow it; '\0' where they are not such.
[[nodiscard]] char UpnCheckLetter(std::string_view twelve);

}  // namespace throughline
