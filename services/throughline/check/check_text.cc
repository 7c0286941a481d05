// Both forms of a report, from the same findings.
#include "services/throughline/check/check_text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/throughline/verbs/terminal.h"

namespace throughline {
namespace {

using Json = nlohmann::ordered_json;

double Seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

/// "1234567" as "1,234,567".
std::string Grouped(std::uint64_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
    return digits;
}

std::vector<CheckPart> AllParts() {
    std::vector<CheckPart> parts;
    for (std::size_t i = 0; i < kCheckParts; ++i) parts.push_back(static_cast<CheckPart>(i));
    return parts;
}

std::uint64_t CountOf(const CheckedPart& part, std::string_view of_what) {
    for (const auto& [name, count] : part.counts) {
        if (name == of_what) return count;
    }
    return 0;
}

/// Headers and bodies.
std::uint64_t BytesOf(const CheckReport& report) {
    return CountOf(report[CheckPart::kRecords], "bytes") + CountOf(report[CheckPart::kBodies], "bytes");
}

std::string CountsText(const CheckedPart& part) {
    std::string text;
    for (const auto& [name, count] : part.counts) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, Grouped(count));
    }
    return text;
}

std::string PartsTable(const CheckReport& report) {
    std::vector<std::vector<std::string>> rows{{"PART", "WRONG", "SECONDS", "LOOKED AT"}};
    for (const CheckPart name : AllParts()) {
        const CheckedPart& part = report[name];
        rows.push_back({std::string(NameOf(name)), part.checked ? Grouped(part.found) : "?",
                        part.time.count() > 0 ? fmt::format("{:.1f}", Seconds(part.time)) : "", CountsText(part)});
    }
    return AlignedTable(rows);
}

std::string LeftOutText(const CheckReport& report) {
    std::string text;
    for (const CheckPart name : AllParts()) {
        const CheckedPart& part = report[name];
        if (!part.left_out.empty()) text += fmt::format("{}: not looked at: {}\n", NameOf(name), part.left_out);
    }
    return text;
}

std::string FindingsText(const CheckReport& report) {
    std::string text;
    std::size_t told = 0;
    for (const CheckPart name : AllParts()) {
        std::string advice;
        for (const Finding& finding : report[name].findings) {
            if (told == kFindingsToldMax) break;
            ++told;
            if (!advice.empty() && advice != finding.advice) text += fmt::format("    {}\n", advice);
            advice = finding.advice;
            text += fmt::format("{}, {}: {}\n", NameOf(name), Harmless(finding.where), Harmless(finding.what));
        }
        if (!advice.empty()) text += fmt::format("    {}\n", advice);
    }
    if (report.found() > told) text += fmt::format("and {} more\n", Grouped(report.found() - told));
    return text;
}

std::string SummaryText(const CheckResult& result) {
    const CheckReport& report = result.checked.report;
    const std::uint64_t records = CountOf(report[CheckPart::kRecords], "records");
    const double seconds = std::max(Seconds(result.time), 1e-9);
    const std::uint64_t bytes = BytesOf(report);
    return fmt::format("{} records of {:.1f} MB in {:.1f} s: {}/s, {:.1f} MB/s\n", Grouped(records),
                       static_cast<double>(bytes) / 1e6, seconds,
                       Grouped(static_cast<std::uint64_t>(static_cast<double>(records) / seconds)),
                       static_cast<double>(bytes) / 1e6 / seconds);
}

Json PartJson(CheckPart name, const CheckedPart& part) {
    Json json{{"part", NameOf(name)}, {"checked", part.checked}, {"found", part.found}};
    json["counts"] = Json::object();
    for (const auto& [of_what, count] : part.counts) json["counts"][of_what] = count;
    if (part.time.count() > 0) json["seconds"] = Seconds(part.time);
    if (!part.left_out.empty()) json["left_out"] = part.left_out;
    return json;
}

}  // namespace

std::string CheckTable(const CheckResult& result) {
    const CheckReport& report = result.checked.report;
    std::string text = fmt::format("store  {}  {}\n\n", result.folder,
                                   result.checked.store_id ? ToString(*result.checked.store_id) : "of unknown id");
    text += PartsTable(report);
    const std::string left_out = LeftOutText(report);
    if (!left_out.empty()) text += "\n" + left_out;
    if (report.found() > 0) text += "\n" + FindingsText(report);
    return text + "\n" + SummaryText(result) + (report.found() == 0 ? "nothing is wrong\n" : "");
}

std::string CheckJson(const CheckResult& result) {
    const CheckReport& report = result.checked.report;
    Json json{{"folder", result.folder}};
    if (result.checked.store_id) json["store_id"] = ToString(*result.checked.store_id);
    json["whole"] = report.found() == 0;
    json["found"] = report.found();
    json["seconds"] = Seconds(result.time);
    json["records"] = CountOf(report[CheckPart::kRecords], "records");
    json["bytes"] = BytesOf(report);
    json["parts"] = Json::array();
    json["findings"] = Json::array();
    for (const CheckPart name : AllParts()) {
        json["parts"].push_back(PartJson(name, report[name]));
        for (const Finding& finding : report[name].findings) {
            if (json["findings"].size() == kFindingsToldMax) break;
            json["findings"].push_back(
                {{"part", NameOf(name)}, {"where", finding.where}, {"what", finding.what}, {"do", finding.advice}});
        }
    }
    json["more"] = report.found() - json["findings"].size();
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace throughline
