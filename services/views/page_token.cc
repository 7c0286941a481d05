// A row key with a check sum, in letters that pass through any client. No secret: each page checks who asks.
#include "services/views/page_token.h"

#include <fmt/format.h>

#include "absl/strings/escaping.h"
#include "eventstore/base/digest.h"

namespace throughline {
namespace {

constexpr std::size_t kCheckBytes = 8;
constexpr std::size_t kTokenBytesMax = 1'000;

std::string CheckOf(std::string_view question, std::string_view key) {
    return Sha256(fmt::format("page:{}:{}{}", question.size(), question, key)).substr(0, kCheckBytes);
}

}  // namespace

std::string EncodePageToken(std::string_view question, std::string_view key) {
    return absl::WebSafeBase64Escape(CheckOf(question, key).append(key));
}

std::optional<std::string> DecodePageToken(std::string_view question, std::string_view token) {
    std::string bytes;
    if (token.size() > kTokenBytesMax) return std::nullopt;
    if (!absl::WebSafeBase64Unescape(absl::string_view(token.data(), token.size()), &bytes)) return std::nullopt;
    if (bytes.size() < kCheckBytes) return std::nullopt;
    std::string key = bytes.substr(kCheckBytes);
    if (bytes.substr(0, kCheckBytes) != CheckOf(question, key)) return std::nullopt;
    return key;
}

}  // namespace throughline
