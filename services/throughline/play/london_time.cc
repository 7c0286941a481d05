// Times in a story are those of a wall clock in an English school.
#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <sstream>
#include <string>

#include "services/throughline/play/story.h"

namespace throughline {

absl::StatusOr<Instant> ParseLondonTime(std::string_view text) {
    const std::string whole =
        text.find(' ') == std::string_view::npos ? std::string(text) + " 00:00" : std::string(text);
    std::istringstream in(whole);
    date::local_time<std::chrono::minutes> local;
    in >> date::parse("%Y-%m-%d %H:%M", local);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) {
        return absl::InvalidArgumentError(fmt::format("'{}' is no time: write for example 2026-09-07 09:30", text));
    }
    const date::time_zone* london = date::locate_zone("Europe/London");
    if (london->get_info(local).result == date::local_info::nonexistent) {
        return absl::InvalidArgumentError(
            fmt::format("'{}' is in the hour that summer time skips in Europe/London", text));
    }
    return std::chrono::time_point_cast<std::chrono::microseconds>(london->to_sys(local, date::choose::earliest));
}

std::string LondonTimeText(Instant instant) {
    return date::format("%a %d %b %Y %H:%M",
                        date::make_zoned("Europe/London", date::floor<std::chrono::minutes>(instant)));
}

}  // namespace throughline
