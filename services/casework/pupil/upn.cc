// Source: Department for Education, "Unique pupil numbers": letters A to Z without I, O and S stand for 0 to 22.
#include "services/casework/pupil/upn.h"

namespace throughline {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRTUVWXYZ";
static_assert(kLetters.size() == 23);

}  // namespace

char UpnCheckLetter(std::string_view twelve) {
    if (twelve.size() != 12) return '\0';
    std::size_t sum = 0;
    for (std::size_t i = 0; i < twelve.size(); ++i) {
        const char c = twelve[i];
        std::size_t value = 0;
        if (c >= '0' && c <= '9') {
            value = static_cast<std::size_t>(c - '0');
        } else if (i == 11 && kLetters.find(c) != std::string_view::npos) {
            value = kLetters.find(c);
        } else {
            return '\0';
        }
        sum += value * (i + 2);
    }
    return kLetters[sum % kLetters.size()];
}

bool IsUpn(std::string_view text) {
    return text.size() == 13 && text[0] != '\0' && UpnCheckLetter(text.substr(1)) == text[0];
}

}  // namespace throughline
