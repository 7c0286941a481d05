// Roles as words in tokens and flags: STAFF_ROLE_IAP_LEAD is "iap-lead".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "throughline/events/v1/actor.pb.h"

namespace throughline {

[[nodiscard]] std::string RoleWord(events::v1::StaffRole role);

/// Nothing for a word that names no role.
[[nodiscard]] std::optional<events::v1::StaffRole> ParseRoleWord(std::string_view word);

/// Every word, in the order of the contract.
[[nodiscard]] std::vector<std::string> RoleWords();

}  // namespace throughline
