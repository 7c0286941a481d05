// Lays a telling out in columns that fit the longest name of the cast.
#include "services/throughline/play/telling.h"

#include <fmt/format.h>

#include <algorithm>

#include "eventstore/base/status_details.h"
#include "services/throughline/play/expectation.h"

namespace throughline {

Telling::Telling(const Story& story, bool quiet, std::ostream& out) : story_(story), quiet_(quiet), out_(out) {
    for (const auto& [key, actor] : story_.actors) name_width_ = std::max(name_width_, actor.name.size());
}

void Telling::Begin(std::string_view store_id) {
    if (quiet_) return;
    out_ << fmt::format("{}\nsynthetic store {}: everybody in it is invented\n", story_.title, store_id);
    if (!story_.source.empty()) out_ << fmt::format("source    {}\n", story_.source);
    for (const std::string& detail : story_.invented) out_ << fmt::format("invented  {}\n", detail);
    out_ << '\n';
}

void Telling::ClockMoves(Instant to) {
    when_ = LondonTimeText(to);
}

void Telling::Line(const Step& step, const CallStep& call, std::string_view result) {
    out_ << fmt::format("{:>3}  {:<20}  {:<{}}  {:<8}  {}\n", step.number, when_, story_.actors.at(call.actor).name,
                        name_width_, result, call.say);
    when_.clear();
}

void Telling::Accepted(const Step& step, const CallStep& call, bool repeated) {
    if (!quiet_) Line(step, call, repeated ? "repeated" : "accepted");
}

void Telling::Refused(const Step& step, const CallStep& call, const absl::Status& status, bool differs) {
    if (quiet_) return;
    Line(step, call, "refused");
    const std::string indent(5 + 20 + 2 + name_width_ + 2, ' ');
    if (differs) {
        out_ << fmt::format("{}told before: refused with {} then, with {} now\n", indent, call.expect.reason,
                            RefusalOf(status));
        return;
    }
    out_ << fmt::format("{}{}\n", indent, RefusalOf(status));
    for (const RuleViolation& violation : RuleViolationsOf(status)) {
        out_ << fmt::format("{}- {} {}: {}\n", indent, violation.type, violation.subject, violation.description);
    }
}

void Telling::PassedOver(const Step& step, const CallStep& call) {
    if (!quiet_) Line(step, call, "(before)");
}

void Telling::End(const Tally& tally) {
    out_ << fmt::format("{}{} accepted ({} repeated), {} refused as told ({} before); {} records before, {} after\n",
                        quiet_ ? "" : "\n", tally.accepted, tally.repeated, tally.refused, tally.passed_over,
                        tally.records_before, tally.records_after);
}

}  // namespace throughline
