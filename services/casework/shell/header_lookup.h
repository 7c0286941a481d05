// Finds out where things belong from the tags of headers: tags never change, so what they say needs no condition.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/store/event_log.h"

namespace throughline {

class HeaderLookup {
  public:
    /// `log` outlives this.
    explicit HeaderLookup(EventLog& log);

    /// The header of the first record of `type` that carries `tag`; nothing where there is none.
    [[nodiscard]] absl::StatusOr<std::optional<eventstore::v1::RecordHeader>> First(const std::string& type,
                                                                                    const std::string& tag);

    /// The id in the tag of `kind` on the first record of `type` that carries `tag`; nothing where there is none.
    [[nodiscard]] absl::StatusOr<std::optional<std::string>> TagOf(const std::string& type, const std::string& tag,
                                                                   std::string_view kind);

    /// The header of one event among what `query` matches; nothing where it is not among it. Reads all of it.
    [[nodiscard]] absl::StatusOr<std::optional<eventstore::v1::RecordHeader>> Event(EventId event, const Query& query);

  private:
    EventLog& log_;
};

}  // namespace throughline
