// The words are the contract's own names, so that a new role needs no line here.
#include "services/auth/role_words.h"

#include <algorithm>

namespace throughline {
namespace {

constexpr std::string_view kPrefix = "STAFF_ROLE_";

}  // namespace

std::string RoleWord(events::v1::StaffRole role) {
    std::string word = events::v1::StaffRole_Name(role);
    if (word.starts_with(kPrefix)) word.erase(0, kPrefix.size());
    std::transform(word.begin(), word.end(), word.begin(), [](char c) {
        if (c == '_') return '-';
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return word;
}

std::optional<events::v1::StaffRole> ParseRoleWord(std::string_view word) {
    for (int number = events::v1::StaffRole_MIN + 1; number <= events::v1::StaffRole_MAX; ++number) {
        if (!events::v1::StaffRole_IsValid(number)) continue;
        const auto role = static_cast<events::v1::StaffRole>(number);
        if (RoleWord(role) == word) return role;
    }
    return std::nullopt;
}

std::vector<std::string> RoleWords() {
    std::vector<std::string> words;
    for (int number = events::v1::StaffRole_MIN + 1; number <= events::v1::StaffRole_MAX; ++number) {
        if (events::v1::StaffRole_IsValid(number))
            words.push_back(RoleWord(static_cast<events::v1::StaffRole>(number)));
    }
    return words;
}

}  // namespace throughline
