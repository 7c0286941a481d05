// Two generations: when the younger is full it becomes the older, and what is used moves back. So nothing is sorted,
// and nothing is walked through.
#include "services/auth/verified_tokens.h"

#include <utility>

namespace throughline {

std::shared_ptr<const TokenClaims> VerifiedTokens::Find(std::string_view token) {
    const Sha256Digest key = Sha256Of(token);
    const std::lock_guard lock(mutex_);
    if (const auto found = younger_.find(key); found != younger_.end()) return found->second;
    const auto found = older_.find(key);
    if (found == older_.end()) return nullptr;
    std::shared_ptr<const TokenClaims> claims = std::move(found->second);
    older_.erase(found);
    KeepLocked(key, claims);
    return claims;
}

void VerifiedTokens::Keep(std::string_view token, std::shared_ptr<const TokenClaims> claims) {
    const Sha256Digest key = Sha256Of(token);
    const std::lock_guard lock(mutex_);
    older_.erase(key);
    KeepLocked(key, std::move(claims));
}

void VerifiedTokens::KeepLocked(const Sha256Digest& key, std::shared_ptr<const TokenClaims> claims) {
    if (younger_.size() >= generation_max_ && !younger_.contains(key)) {
        older_ = std::exchange(younger_, {});
    }
    younger_.insert_or_assign(key, std::move(claims));
}

std::size_t VerifiedTokens::size() {
    const std::lock_guard lock(mutex_);
    return younger_.size() + older_.size();
}

}  // namespace throughline
