// Which texts and names may stand in a signed note.
#pragma once

#include <cstddef>
#include <string_view>

namespace throughline {

/// Bytes of a key name, and of a log's origin. Ours: the format gives none.
inline constexpr std::size_t kNoteNameBytesMax = 255;

/// True for UTF-8 without control characters below U+0020 other than the newline. Source: c2sp.org/signed-note.
[[nodiscard]] bool IsNoteText(std::string_view text);

/// True for 1 to 255 bytes of UTF-8 without Unicode spaces, plus and control characters. Source: c2sp.org/signed-note.
[[nodiscard]] bool IsNoteName(std::string_view name);

}  // namespace throughline
