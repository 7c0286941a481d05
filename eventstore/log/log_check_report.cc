// Words for people: every finding says what to do, if only where to turn.
#include "eventstore/log/log_check_report.h"

#include <fmt/format.h>

namespace throughline {
namespace {

constexpr std::string_view kRestoreLog = "keep the folder as it is, and restore the log from a backup elsewhere";
constexpr std::string_view kRestoreIndex =
    "the records are not touched by this, but conditions and reads may go wrong: stop the service, and restore the log "
    "from a backup made after the last record";

std::string_view UsualAdvice(CheckPart part) {
    switch (part) {
        case CheckPart::kFiles:
            return "look at the disk; keep the folder as it is, and restore it from a backup elsewhere";
        case CheckPart::kHead:
            return "bring back the files that belong together, or restore a backup made after the last record";
        case CheckPart::kIndex:
        case CheckPart::kCommands:
        case CheckPart::kTypes:
            return kRestoreIndex;
        case CheckPart::kTree:
        case CheckPart::kCheckpoint:
            return "compare the records with a backup or with the topic before anything is done: they may have been "
                   "changed";
        case CheckPart::kKeys:
            return "restore the key store's current copy";
        case CheckPart::kStore:
        case CheckPart::kRecords:
        case CheckPart::kBodies:
            return kRestoreLog;
    }
    return kRestoreLog;
}

}  // namespace

std::string_view NameOf(CheckPart part) {
    switch (part) {
        case CheckPart::kFiles:
            return "files";
        case CheckPart::kStore:
            return "store";
        case CheckPart::kHead:
            return "head";
        case CheckPart::kRecords:
            return "records";
        case CheckPart::kBodies:
            return "bodies";
        case CheckPart::kTree:
            return "tree";
        case CheckPart::kCheckpoint:
            return "checkpoint";
        case CheckPart::kIndex:
            return "index";
        case CheckPart::kCommands:
            return "commands";
        case CheckPart::kTypes:
            return "types";
        case CheckPart::kKeys:
            return "keys";
    }
    return "";
}

void CheckReport::Add(CheckPart part, std::string where, std::string what, std::string advice) {
    CheckedPart& at = At(part);
    at.checked = true;
    ++at.found;
    if (at.findings.size() == kKeptPerPart) return;
    if (advice.empty()) advice = UsualAdvice(part);
    at.findings.push_back({std::move(where), std::move(what), std::move(advice)});
}

void CheckReport::Count(CheckPart part, std::string_view of_what, std::uint64_t count) {
    At(part).checked = true;
    for (auto& [name, total] : At(part).counts) {
        if (name != of_what) continue;
        total += count;
        return;
    }
    At(part).counts.emplace_back(of_what, count);
}

void CheckReport::LeaveOut(CheckPart part, std::string why) {
    if (At(part).left_out.empty()) At(part).left_out = std::move(why);
}

std::uint64_t CheckReport::found() const {
    std::uint64_t found = 0;
    for (const CheckedPart& part : parts_) found += part.found;
    return found;
}

std::string PlaceOf(Position position) {
    return fmt::format("position {}", ToUint64(position));
}

std::string PlaceOf(Position first, Position last) {
    if (first == last) return PlaceOf(first);
    return fmt::format("positions {} to {}", ToUint64(first), ToUint64(last));
}

std::string Hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
    return text;
}

}  // namespace throughline
