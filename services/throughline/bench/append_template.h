// An append request as bytes: made once, and then only its ids are written anew, so that making requests costs nearly
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/position.h"
#include "services/throughline/bench/uuid_source.h"

namespace throughline {

/// What an append must find nothing of.
enum class BenchCondition {
    kTag,         ///< Any fact with the request's first tag, which is fresh.
    kType,        ///< Any fact of the caller's own type after the last one that it wrote.
    kAbsentType,  ///< Any fact of a type that nobody ever writes, in the whole log.
    kNone,        ///< Unconditional.
};

/// What every request of a caller looks like.
struct AppendShape {
    std::size_t facts = 1;
    std::size_t bytes = 256;   ///< Of each body.
    std::size_t tags = 1;      ///< Of each fact.
    bool one_tag = false;      ///< All facts share the request's tags; otherwise each fact has its own.
    std::uint64_t spread = 0;  ///< Tags are taken in turn from so many; 0: every tag is fresh.
    BenchCondition condition = BenchCondition::kTag;
    std::string type = "bench.Written";  ///< Of all facts; with kType the caller's own.
};

/// The type that kAbsentType asks for.
inline constexpr std::string_view kAbsentType = "bench.Never";

/// One caller's requests. Not safe from many threads.
class AppendTemplate {
  public:
    /// `subjects` are ids of 36 characters; each request is about the next one. Neither they nor the shape may be
    /// empty.
    AppendTemplate(const AppendShape& shape, std::vector<std::string> subjects, std::size_t first_subject);

    /// A request with fresh ids; its bytes hold until the next call. `spread_from` is the number of the first of the
    /// tags that are taken in turn.
    [[nodiscard]] std::string_view Next(UuidSource& ids, std::int64_t unix_ms, std::uint64_t spread_from);

    /// With kType: the last position that the condition takes into account.
    void SetAfter(Position position);

    /// How many different tags a request has.
    [[nodiscard]] std::size_t tags() const { return tags_.size(); }
    /// How long a request is; all have the same length.
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

  private:
    const std::uint64_t spread_;
    std::vector<std::string> subjects_;
    std::size_t next_subject_;

    std::string bytes_;
    // Where ids stand in the bytes.
    std::size_t command_ = 0;
    std::vector<std::size_t> events_;
    std::vector<std::size_t> subject_places_;
    std::vector<std::vector<std::size_t>> tags_;  ///< Each at all its places.
    std::optional<std::size_t> after_;
};

/// A tag of a load: "bench:" and a UUID, 42 bytes; the number as in UuidSource::WriteNumbered.
[[nodiscard]] std::string SpreadTag(std::uint64_t number);

}  // namespace throughline
