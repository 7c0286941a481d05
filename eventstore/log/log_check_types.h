// The numbers that types have in postings: given in the order in which the types came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/status.h"
#include "eventstore/log/label.h"
#include "eventstore/log/log_check_report.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// Numbers the types of the log anew, and holds the stored numbers to that. For one thread. What it is given must
/// outlive it.
class TypeCheck {
  public:
    struct Numbered {
        Label label;
        std::uint32_t number = 0;
    };

    TypeCheck(const LogFamilies& families, CheckReport& report) : families_(families), report_(report) {}

    /// Before the first type.
    [[nodiscard]] absl::Status Load();

    /// Types must be asked for in the order of the log. `all_seen`: no record before was missing. Else a type that is
    /// new here has the number that is stored for it, since it may have come before.
    [[nodiscard]] const Numbered& Of(std::string_view type, bool all_seen);

    /// After the last record.
    void Finish(bool all_seen);

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };

    const LogFamilies& families_;
    CheckReport& report_;
    std::map<std::string, std::uint32_t, std::less<>> stored_;
    std::unordered_map<std::string, Numbered, TextHash, std::equal_to<>> types_;
    std::uint32_t next_ = 1;
};

}  // namespace throughline
