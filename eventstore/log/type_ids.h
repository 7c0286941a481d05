// Small numbers for types, so that postings stay small.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace throughline {

/// The types that the log holds. Ids are dense from 1, and never change. Safe from many threads.
class TypeIds {
  public:
    [[nodiscard]] std::optional<std::uint32_t> Find(std::string_view type) const;

    /// How many there are; the next one gets this and one.
    [[nodiscard]] std::uint32_t count() const;

    /// Adds what is durable.
    void Add(std::string type, std::uint32_t id);

  private:
    mutable std::shared_mutex mutex_;
    std::map<std::string, std::uint32_t, std::less<>> ids_;
};

}  // namespace throughline
