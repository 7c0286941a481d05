// Civil dates over Howard Hinnant's date library and the system's time zone data.
#include "projections/history/civil_date.h"

#include <chrono>

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

namespace throughline {
namespace {

constexpr std::int32_t kFirstYear = 1900;
constexpr std::int32_t kLastYear = 2199;

date::year_month_day Civil(const events::v1::Date& date) {
    return date::year{date.year()} / date::month{static_cast<unsigned>(date.month())} /
           date::day{static_cast<unsigned>(date.day())};
}

date::year_month_day Civil(Day day) {
    return date::year_month_day{date::sys_days{date::days{static_cast<std::int32_t>(ToInt64(day))}}};
}

}  // namespace

bool IsValid(const events::v1::Date& date) {
    if (date.year() < kFirstYear || date.year() > kLastYear) return false;
    if (date.month() < 1 || date.month() > 12 || date.day() < 1 || date.day() > 31) return false;
    return Civil(date).ok();
}

Day ToDay(const events::v1::Date& date) {
    if (!IsValid(date)) return Day{};
    return Day{date::sys_days{Civil(date)}.time_since_epoch().count()};
}

events::v1::Date ToDate(Day day) {
    const date::year_month_day civil = Civil(day);
    events::v1::Date date;
    date.set_year(static_cast<int>(civil.year()));
    date.set_month(static_cast<std::int32_t>(static_cast<unsigned>(civil.month())));
    date.set_day(static_cast<std::int32_t>(static_cast<unsigned>(civil.day())));
    return date;
}

Day LondonDay(Instant instant) {
    static const date::time_zone* const london = date::locate_zone("Europe/London");
    const auto local = london->to_local(instant);
    return Day{date::floor<date::days>(local).time_since_epoch().count()};
}

std::string ToText(Day day) {
    constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};
    const events::v1::Date date = ToDate(day);
    return fmt::format("{} {} {}", date.day(), kMonths[date.month() - 1], date.year());
}

std::string ToIsoText(Day day) {
    const events::v1::Date date = ToDate(day);
    return fmt::format("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
}

events::v1::Occurred OccurredOn(Day day) {
    events::v1::Occurred occurred;
    *occurred.mutable_on() = ToDate(day);
    return occurred;
}

}  // namespace throughline
