// UTF-8 read character by character, strictly: what is refused here cannot look different to another verifier.
#include "eventstore/ledger/note_text.h"

#include <cstdint>
#include <optional>

namespace throughline {
namespace {

/// Takes one character off the front; nothing where no whole, shortest and allowed one stands there.
std::optional<std::uint32_t> TakeCharacter(std::string_view& text) {
    const auto lead = static_cast<std::uint8_t>(text.front());
    text.remove_prefix(1);
    if (lead < 0x80U) return lead;
    const unsigned more = lead >= 0xF0U ? 3 : lead >= 0xE0U ? 2 : 1;
    if (lead < 0xC2U || lead > 0xF4U || text.size() < more) return std::nullopt;
    std::uint32_t character = lead & (0x3FU >> more);
    for (unsigned i = 0; i < more; ++i) {
        const auto byte = static_cast<std::uint8_t>(text[i]);
        if ((byte & 0xC0U) != 0x80U) return std::nullopt;
        character = character << 6U | (byte & 0x3FU);
    }
    text.remove_prefix(more);
    const bool overlong = (more == 2 && character < 0x800U) || (more == 3 && character < 0x10000U);
    const bool surrogate = character >= 0xD800U && character <= 0xDFFFU;
    if (overlong || surrogate || character > 0x10FFFFU) return std::nullopt;
    return character;
}

/// Unicode's White_Space above U+0020.
bool IsWideSpace(std::uint32_t character) {
    switch (character) {
        case 0x85:
        case 0xA0:
        case 0x1680:
        case 0x2028:
        case 0x2029:
        case 0x202F:
        case 0x205F:
        case 0x3000:
            return true;
        default:
            return character >= 0x2000U && character <= 0x200AU;
    }
}

}  // namespace

bool IsNoteText(std::string_view text) {
    while (!text.empty()) {
        const auto character = TakeCharacter(text);
        if (!character || (*character < 0x20U && *character != '\n')) return false;
    }
    return true;
}

bool IsNoteName(std::string_view name) {
    if (name.empty() || name.size() > kNoteNameBytesMax) return false;
    while (!name.empty()) {
        const auto character = TakeCharacter(name);
        if (!character || *character <= 0x20U || *character == '+' || IsWideSpace(*character)) return false;
    }
    return true;
}

}  // namespace throughline
