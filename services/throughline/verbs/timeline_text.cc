// The layout of a timeline: dates in a column, the rest indented beside them.
#include "services/throughline/verbs/timeline_text.h"

#include <algorithm>
#include <map>

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include "eventstore/base/clock.h"
#include "projections/chronology/headline.h"
#include "projections/chronology/words.h"
#include "projections/history/civil_date.h"

namespace throughline {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::size_t kDateColumns = 17;  // "Mon 01 Sep 2025" and two spaces.
constexpr std::size_t kLabelColumns = 22;
constexpr std::string_view kRecordedBy = "Recorded by";

std::string LondonText(const google::protobuf::Timestamp& at, const char* format) {
    const Instant instant = FromMicros(TimeUtil::TimestampToMicroseconds(at));
    return date::format(format, date::make_zoned("Europe/London", date::floor<std::chrono::minutes>(instant)));
}

std::string WhenText(const views::v1::ChronologyEntry& entry) {
    if (entry.occurred().has_on()) {
        const date::sys_days day{date::days{ToInt64(ToDay(entry.occurred().on()))}};
        return date::format("%a %d %b %Y", day);
    }
    return LondonText(entry.occurred().has_at() ? entry.occurred().at() : entry.recorded_at(), "%a %d %b %Y");
}

class Page {
  public:
    Page(const Ink& ink, std::size_t width) : ink_(ink), width_(std::max<std::size_t>(width, 60)) {}

    void Block(const views::v1::ChronologyEntry& entry) {
        const bool annulled = entry.state() == views::v1::ENTRY_STATE_ANNULLED;
        const std::string headline = Harmless(entry.headline());
        text_ += fmt::format("{:<{}}{}{}\n", WhenText(entry), kDateColumns,
                             annulled ? ink_.Struck(headline) : ink_.Bold(headline), Mark(entry));
        for (const views::v1::Detail& detail : entry.details()) {
            // Who recorded it stands in the last line, with when.
            if (detail.label() != kRecordedBy) Detail(detail, annulled);
        }
        text_ += Indented(ink_.Faint(RecordedText(entry)));
        for (const views::v1::Superseded& original : entry.originals()) Original(entry, original);
        text_ += '\n';
    }

    void Line(const std::string& line) { text_ += line + '\n'; }

    [[nodiscard]] std::string Text() && { return std::move(text_); }

  private:
    [[nodiscard]] std::string Mark(const views::v1::ChronologyEntry& entry) const {
        switch (entry.state()) {
            case views::v1::ENTRY_STATE_CORRECTED:
                return ink_.Warning("  [corrected]");
            case views::v1::ENTRY_STATE_ANNULLED:
                return ink_.Warning("  [annulled: counts for nothing]");
            // The headline says that it was erased.
            case views::v1::ENTRY_STATE_ERASED:
            case views::v1::ENTRY_STATE_RECORDED:
            case views::v1::ENTRY_STATE_UNSPECIFIED:
            case views::v1::EntryState_INT_MIN_SENTINEL_DO_NOT_USE_:
            case views::v1::EntryState_INT_MAX_SENTINEL_DO_NOT_USE_:
                break;
        }
        return "";
    }

    [[nodiscard]] std::string RecordedText(const views::v1::ChronologyEntry& entry) const {
        std::string text = "written down " + LondonText(entry.recorded_at(), "%a %d %b %Y %H:%M");
        if (entry.late()) text += ", late";
        if (entry.fact().has_actor()) text += ", by " + Harmless(InWords(entry.fact().actor()));
        return text;
    }

    void Detail(const views::v1::Detail& detail, bool struck) {
        const std::size_t room = width_ - kDateColumns - kLabelColumns;
        std::string label = Harmless(detail.label());
        if (label.size() + 2 > kLabelColumns) {
            text_ += Indented(label);
            label.clear();
        }
        for (const std::string& line : Wrapped(Harmless(detail.text()), room)) {
            text_ += fmt::format("{:{}}{:<{}}{}\n", "", kDateColumns, label, kLabelColumns,
                                 struck ? ink_.Struck(line) : line);
            label.clear();
        }
    }

    void Original(const views::v1::ChronologyEntry& entry, const views::v1::Superseded& original) {
        const bool annulled = entry.state() == views::v1::ENTRY_STATE_ANNULLED;
        const std::string when = LondonText(original.put_right_at(), "%a %d %b %Y %H:%M");
        text_ += Indented(fmt::format("put right {} by {}: {}", when, Harmless(InWords(original.put_right_by())),
                                      Harmless(original.reason())));
        if (annulled) return;
        const absl::StatusOr<Summary> said = Summarise(original.fact());
        if (!said.ok()) return;
        if (said->headline != entry.headline()) text_ += Indented("it said: " + ink_.Struck(Harmless(said->headline)));
        std::map<std::string, std::string> now;
        for (const views::v1::Detail& detail : entry.details()) now[detail.label()] = detail.text();
        for (const views::v1::Detail& detail : said->details) {
            if (detail.label() == kRecordedBy) continue;
            const auto found = now.find(detail.label());
            if (found != now.end() && found->second == detail.text()) continue;
            text_ += Indented(
                fmt::format("it said: {}: {}", Harmless(detail.label()), ink_.Struck(Harmless(detail.text()))));
        }
    }

    [[nodiscard]] std::string Indented(const std::string& text) const {
        std::string lines;
        for (const std::string& line : Wrapped(text, width_ - kDateColumns)) {
            lines += std::string(kDateColumns, ' ') + line + '\n';
        }
        return lines;
    }

    const Ink& ink_;
    const std::size_t width_;
    std::string text_;
};

}  // namespace

std::string ToText(const TimelineText& timeline, const Ink& ink, std::size_t width) {
    Page page(ink, width);
    page.Line(ink.Bold(timeline.title));
    if (!timeline.as_known.empty()) page.Line("As known on " + timeline.as_known);
    if (timeline.synthetic) page.Line(ink.Warning("Synthetic: nobody in here exists."));
    page.Line("");
    for (const views::v1::ChronologyEntry& entry : timeline.entries) page.Block(entry);
    if (timeline.entries.empty()) page.Line("Nothing is recorded.");
    return std::move(page).Text();
}

}  // namespace throughline
