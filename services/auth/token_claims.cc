// Claims to and from JSON; each is checked for type and size before anything looks at it.
#include "services/auth/token_claims.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/auth/role_words.h"

namespace throughline {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kUrnDigits = 6;
constexpr std::size_t kIssuerBytesMax = 200;

absl::Status Malformed(std::string_view claim, std::string_view should) {
    return absl::InvalidArgumentError(fmt::format("its claim \"{}\" {}", claim, should));
}

std::string_view PartyWord(Party party) {
    switch (party) {
        case Party::kStaff:
            return "staff";
        case Party::kOperator:
            return "operator";
        case Party::kService:
            return "service";
    }
    return "";
}

std::optional<Party> ParseParty(std::string_view word) {
    for (const Party party : {Party::kStaff, Party::kOperator, Party::kService}) {
        if (PartyWord(party) == word) return party;
    }
    return std::nullopt;
}

absl::Status GetText(const Json& json, const char* claim, std::size_t bytes_min, std::size_t bytes_max,
                     std::string& into) {
    const auto found = json.find(claim);
    if (found == json.end() && bytes_min == 0) return absl::OkStatus();
    if (found == json.end() || !found->is_string()) return Malformed(claim, "must be a string");
    into = found->get<std::string>();
    if (into.size() < bytes_min || into.size() > bytes_max) {
        return Malformed(claim, fmt::format("must have {} to {} bytes, has {}", bytes_min, bytes_max, into.size()));
    }
    return absl::OkStatus();
}

absl::Status GetSeconds(const Json& json, const char* claim, bool needed, std::int64_t& into) {
    const auto found = json.find(claim);
    if (found == json.end() && !needed) return absl::OkStatus();
    constexpr std::int64_t kSecondsMax = 253'402'300'799;  // The end of the year 9999.
    if (found == json.end() || !found->is_number_integer() || found->get<double>() < 0 ||
        found->get<double>() > static_cast<double>(kSecondsMax)) {
        return Malformed(claim, "must be whole seconds since 1970");
    }
    into = found->get<std::int64_t>();
    return absl::OkStatus();
}

absl::Status GetRoles(const Json& json, std::vector<events::v1::StaffRole>& into) {
    const auto found = json.find("roles");
    if (found == json.end()) return absl::OkStatus();
    if (!found->is_array() || found->size() > kRolesPerTokenMax) {
        return Malformed("roles", fmt::format("must be a list of at most {} words", kRolesPerTokenMax));
    }
    for (const Json& word : *found) {
        const auto role = word.is_string() ? ParseRoleWord(word.get<std::string>()) : std::nullopt;
        if (!role) return Malformed("roles", "must hold words such as \"senco\" or \"headteacher\"");
        if (std::find(into.begin(), into.end(), *role) == into.end()) into.push_back(*role);
    }
    return absl::OkStatus();
}

absl::Status CheckParty(const Identity& identity) {
    const bool is_urn = identity.urn.size() == kUrnDigits && std::all_of(identity.urn.begin(), identity.urn.end(),
                                                                         [](char c) { return c >= '0' && c <= '9'; });
    if (identity.party == Party::kStaff) {
        if (!is_urn) return Malformed("urn", "must be the 6 digits of the school's URN");
        if (identity.roles.empty()) return Malformed("roles", "must not be empty for a member of staff");
        return absl::OkStatus();
    }
    if (!identity.urn.empty() || !identity.roles.empty()) {
        return Malformed("party", "must be \"staff\" where there are a URN or roles");
    }
    return absl::OkStatus();
}

}  // namespace

std::string ToJson(const TokenClaims& claims) {
    Json json = {{"iss", claims.issuer},
                 {"aud", claims.audience},
                 {"sub", claims.identity.person_id},
                 {"name", claims.identity.name},
                 {"party", PartyWord(claims.identity.party)},
                 {"iat", claims.issued_at_s},
                 {"exp", claims.expires_at_s}};
    if (claims.not_before_s != 0) json["nbf"] = claims.not_before_s;
    if (claims.synthetic) json["syn"] = true;
    if (!claims.identity.urn.empty()) json["urn"] = claims.identity.urn;
    if (!claims.identity.roles.empty()) {
        Json& roles = json["roles"] = Json::array();
        for (const events::v1::StaffRole role : claims.identity.roles) roles.push_back(RoleWord(role));
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<TokenClaims> ParseClaims(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return absl::InvalidArgumentError("its claims are not a JSON object");
    TokenClaims claims;
    Identity& identity = claims.identity;
    std::string party;
    const absl::Status checks[] = {
        GetText(json, "iss", 1, kIssuerBytesMax, claims.issuer),
        GetText(json, "aud", 1, kIssuerBytesMax, claims.audience),
        GetText(json, "sub", 1, kPersonIdBytesMax, identity.person_id),
        GetText(json, "name", 0, kPersonNameBytesMax, identity.name),
        GetText(json, "party", 1, 20, party),
        GetText(json, "urn", 0, kUrnDigits, identity.urn),
        GetSeconds(json, "iat", false, claims.issued_at_s),
        GetSeconds(json, "nbf", false, claims.not_before_s),
        GetSeconds(json, "exp", true, claims.expires_at_s),
        GetRoles(json, identity.roles),
    };
    for (const absl::Status& check : checks) {
        if (!check.ok()) return check;
    }
    const std::optional<Party> known = ParseParty(party);
    if (!known) return Malformed("party", "must be \"staff\", \"operator\" or \"service\"");
    identity.party = *known;
    if (const auto synthetic = json.find("syn"); synthetic != json.end()) {
        if (!synthetic->is_boolean()) return Malformed("syn", "must be true or false");
        claims.synthetic = synthetic->get<bool>();
    }
    if (const absl::Status fits = CheckParty(identity); !fits.ok()) return fits;
    return claims;
}

}  // namespace throughline
