// The shared checks. Texts arrive as valid UTF-8: protobuf refuses the rest before it comes here.
#include "services/casework/field_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "eventstore/base/uuid.h"

namespace throughline {
namespace {

/// Violations are listed at once, but a hostile request does not make the answer grow without end.
constexpr std::size_t kViolationsMax = 100;

struct TextFacts {
    std::size_t characters = 0;
    bool control = false;
    bool blank = true;
};

bool IsHidden(char32_t c) {
    const bool direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || direction || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

bool IsSpace(char32_t c) {
    return c == 0x20 || c == 0xA0 || c == 0x09 || c == 0x0A || c == 0x0D || c == 0x3000;
}

/// Decodes valid UTF-8.
std::u32string CodePoints(const std::string& text) {
    std::u32string points;
    points.reserve(text.size());
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        if ((value & 0xC0U) == 0x80U && !points.empty()) {
            points.back() = (points.back() << 6U) | (value & 0x3FU);
        } else {
            const unsigned mask = value < 0x80 ? 0x7FU : value < 0xE0 ? 0x1FU : value < 0xF0 ? 0x0FU : 0x07U;
            points.push_back(value & mask);
        }
    }
    return points;
}

TextFacts Inspect(const std::string& text, bool lines) {
    TextFacts facts;
    for (const char32_t c : CodePoints(text)) {
        ++facts.characters;
        const bool line = c == 0x09 || c == 0x0A || c == 0x0D;
        if (IsHidden(c) && !(lines && line)) facts.control = true;
        if (!IsSpace(c)) facts.blank = false;
    }
    return facts;
}

std::string Join(std::string_view prefix, std::string_view field) {
    if (prefix.empty()) return std::string(field);
    return fmt::format("{}.{}", prefix, field);
}

}  // namespace

FieldChecks::FieldChecks(Day today) : today_(today), violations_(std::make_shared<std::vector<FieldViolation>>()) {}

FieldChecks FieldChecks::In(std::string_view path) const {
    FieldChecks nested = *this;
    nested.prefix_ = Join(prefix_, path);
    return nested;
}

void FieldChecks::Add(std::string_view field, std::string_view description) {
    if (violations_->size() >= kViolationsMax) return;
    violations_->push_back({Join(prefix_, field), std::string(description)});
}

void FieldChecks::Require(bool holds, std::string_view field, std::string_view description) {
    if (!holds) Add(field, description);
}

void FieldChecks::Line(std::string_view field, const std::string& text, Length length) {
    CheckText(field, text, length, false);
}

void FieldChecks::Prose(std::string_view field, const std::string& text, Length length) {
    CheckText(field, text, length, true);
}

void FieldChecks::CheckText(std::string_view field, const std::string& text, Length length, bool lines) {
    // A character takes at most four bytes: what is longer need not be looked into.
    const bool far_too_long = text.size() > 4 * length.max;
    const TextFacts facts = far_too_long ? TextFacts{length.max + 1, false, false} : Inspect(text, lines);
    if (facts.characters > length.max || facts.characters < length.min || (length.min > 0 && facts.blank)) {
        Add(field, length.min == 0 ? fmt::format("give at most {} characters", length.max)
                                   : fmt::format("give {} to {} characters, not only spaces", length.min, length.max));
    } else if (facts.control) {
        Add(field, lines ? "take out control characters; line breaks and tabs may stay"
                         : "take out line breaks and other control characters");
    }
}

void FieldChecks::Id(std::string_view field, const std::string& text) {
    Require(ParseUuid(text).has_value(), field, "give a UUID, 36 characters, as an earlier answer gave it");
}

void FieldChecks::Number(std::string_view field, std::int64_t value, std::int64_t min, std::int64_t max) {
    Require(value >= min && value <= max, field, fmt::format("give a number from {} to {}", min, max));
}

void FieldChecks::Digits(std::string_view field, const std::string& text, std::size_t count) {
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    Require(digits && text.size() == count, field, fmt::format("give exactly {} digits", count));
}

std::optional<Day> FieldChecks::Date(std::string_view field, bool present, const events::v1::Date& date) {
    if (!present || !IsValid(date)) {
        Add(field, "give a day that exists, with year (1900 to 2199), month and day");
        return std::nullopt;
    }
    return ToDay(date);
}

std::optional<Day> FieldChecks::PastDate(std::string_view field, bool present, const events::v1::Date& date) {
    const std::optional<Day> day = Date(field, present, date);
    if (day && *day > today_) Add(field, fmt::format("give a day that is not after today, {}", ToText(today_)));
    return day;
}

void FieldChecks::CheckChoice(std::string_view field, int value, const google::protobuf::EnumDescriptor* values) {
    Require(value != 0 && values->FindValueByNumber(value) != nullptr, field,
            fmt::format("give one of the values of {}, other than unspecified", values->full_name()));
}

void FieldChecks::CheckChoices(std::string_view field, const google::protobuf::RepeatedField<int>& chosen, int min,
                               const google::protobuf::EnumDescriptor* values) {
    if (chosen.size() < min) Add(field, fmt::format("give at least {} of {}", min, values->full_name()));
    // Each at most once: so no more than there are.
    if (chosen.size() >= values->value_count()) {
        Add(field, fmt::format("give each value of {} at most once", values->full_name()));
        return;
    }
    std::set<int> seen;
    for (int i = 0; i < chosen.size(); ++i) {
        const std::string item = fmt::format("{}[{}]", field, i);
        CheckChoice(item, chosen[i], values);
        Require(seen.insert(chosen[i]).second, item, "give each value only once");
    }
}

absl::Status FieldChecks::ToStatus() const {
    return violations_->empty() ? absl::OkStatus() : BadRequestError(*violations_);
}

std::string CanonicalId(const std::string& text) {
    const std::optional<Uuid> uuid = ParseUuid(text);
    return uuid ? ToString(*uuid) : text;
}

}  // namespace throughline
