// Compares refusals by what a program reads of them: reason, gap types and subjects, never texts.
#include "services/throughline/play/expectation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "eventstore/base/status_details.h"

namespace throughline {
namespace {

bool Fits(const std::string& told, const std::string& real) {
    const std::size_t space = told.find(' ');
    if (space == std::string::npos) return real == told || real.starts_with(told + ' ');
    if (real == told) return true;
    const std::string type = told.substr(0, space + 1);
    const std::string subject = '_' + told.substr(space + 1);
    return real.starts_with(type) && real.ends_with(subject);
}

}  // namespace

std::string RefusalOf(const absl::Status& status) {
    const std::string reason = ReasonOf(status);
    return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

std::vector<std::string> GapsOf(const absl::Status& status) {
    std::vector<std::string> gaps;
    for (const RuleViolation& violation : RuleViolationsOf(status)) {
        gaps.push_back(violation.subject.empty() ? violation.type : violation.type + ' ' + violation.subject);
    }
    return gaps;
}

std::string DifferenceFrom(const Expectation& expect, const absl::Status& status) {
    if (!expect.refused) return fmt::format("it was to be accepted, and was refused with {}", RefusalOf(status));
    if (RefusalOf(status) != expect.reason) {
        return fmt::format("it was to be refused with {}, and was refused with {}", expect.reason, RefusalOf(status));
    }
    std::vector<std::string> real = GapsOf(status);
    if (expect.gaps.empty()) return "";
    for (const std::string& told : expect.gaps) {
        const auto found =
            std::find_if(real.begin(), real.end(), [&told](const std::string& gap) { return Fits(told, gap); });
        if (found == real.end()) {
            return fmt::format("the gap {} was to be named; named were {}", told, fmt::join(GapsOf(status), ", "));
        }
        real.erase(found);
    }
    if (real.empty()) return "";
    return fmt::format("gaps were named that the story does not tell: {}", fmt::join(real, ", "));
}

}  // namespace throughline
