// Names from the contracts as people say them.
#include "projections/chronology/words.h"

#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "projections/history/civil_date.h"

namespace throughline {
namespace {

// How the sector writes what a name in capitals cannot show.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kSpellings = {{
    {"iap", "IAP"},
    {"senco", "SENCo"},
    {"dsl", "DSL"},
    {"semh", "SEMH"},
    {"sen", "SEN"},
    {"post 16", "post-16"},
    {"non attendance", "non-attendance"},
    {"re engagement", "re-engagement"},
}};

char Lower(char letter) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}
bool IsUpper(char letter) {
    return std::isupper(static_cast<unsigned char>(letter)) != 0;
}

bool WholeWordAt(std::string_view text, std::size_t at, std::size_t size) {
    const bool begins = at == 0 || text[at - 1] == ' ';
    const bool ends = at + size == text.size() || text[at + size] == ' ';
    return begins && ends;
}

void Spell(std::string& text) {
    for (const auto& [plain, spelt] : kSpellings) {
        for (std::size_t at = text.find(plain); at != std::string::npos; at = text.find(plain, at + 1)) {
            if (WholeWordAt(text, at, plain.size())) text.replace(at, plain.size(), spelt);
        }
    }
}

// `StaffRole` is the prefix `STAFF_ROLE_` of its values.
std::size_t PrefixLength(std::string_view enum_name) {
    std::size_t length = enum_name.size() + 1;
    for (std::size_t i = 1; i < enum_name.size(); ++i) {
        if (IsUpper(enum_name[i])) ++length;
    }
    return length;
}

}  // namespace

std::string InWords(const google::protobuf::EnumDescriptor& kind, int value) {
    const google::protobuf::EnumValueDescriptor* named = kind.FindValueByNumber(value);
    if (named == nullptr) return fmt::format("unknown ({})", value);
    std::string words;
    for (const char letter : named->name().substr(PrefixLength(kind.name()))) {
        words.push_back(letter == '_' ? ' ' : Lower(letter));
    }
    Spell(words);
    return words;
}

std::string TypeInWords(std::string_view type) {
    std::string words;
    for (const char letter : type.substr(type.rfind('.') + 1)) {
        if (IsUpper(letter) && !words.empty()) words.push_back(' ');
        words.push_back(words.empty() ? letter : Lower(letter));
    }
    return words;
}

std::string InWords(const events::v1::Date& date) {
    if (!IsValid(date)) return {};
    return ToText(ToDay(date));
}

std::string InWords(const events::v1::Actor& actor) {
    const std::string name = actor.name().empty() ? actor.person_id() : actor.name();
    if (actor.roles().empty()) return name;
    return fmt::format("{} ({})", name, ListInWords<events::v1::StaffRole>(actor.roles()));
}

}  // namespace throughline
