// Collects every bad field of a request or a fact at once; the checks that all messages share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/repeated_field.h>

#include "absl/status/status.h"
#include "eventstore/base/status_details.h"
#include "projections/history/civil_date.h"

namespace throughline {

/// How long a text may be, in characters (Unicode code points).
struct Length {
    std::size_t min = 0;
    std::size_t max = 0;
};

inline constexpr Length kName{1, 100};
inline constexpr Length kFullName{1, 200};
inline constexpr Length kReason{1, 2'000};
inline constexpr Length kAccount{1, 10'000};
inline constexpr Length kOptionalAccount{0, 10'000};

/// Says of each field what it should be, never what it was: it may be personal.
class FieldChecks {
  public:
    explicit FieldChecks(Day today);

    /// The same list, for the fields of a nested message.
    [[nodiscard]] FieldChecks In(std::string_view path) const;

    void Require(bool holds, std::string_view field, std::string_view description);

    /// One line: no control characters.
    void Line(std::string_view field, const std::string& text, Length length);
    /// Lines and tabs are allowed, other control characters are not.
    void Prose(std::string_view field, const std::string& text, Length length);
    /// The text of a UUID.
    void Id(std::string_view field, const std::string& text);
    void Number(std::string_view field, std::int64_t value, std::int64_t min, std::int64_t max);
    /// Digits only, exactly so many.
    void Digits(std::string_view field, const std::string& text, std::size_t count);

    /// A day that exists; nothing where it does not.
    std::optional<Day> Date(std::string_view field, bool present, const events::v1::Date& date);
    /// A day that exists and is not after today.
    std::optional<Day> PastDate(std::string_view field, bool present, const events::v1::Date& date);

    /// A value that this program knows, and not UNSPECIFIED.
    template <class Enum>
    void Choice(std::string_view field, Enum value) {
        CheckChoice(field, value, google::protobuf::GetEnumDescriptor<Enum>());
    }
    /// As Choice for each, none twice, at least `min` of them.
    template <class Enum>
    void Choices(std::string_view field, const google::protobuf::RepeatedField<int>& values, int min) {
        CheckChoices(field, values, min, google::protobuf::GetEnumDescriptor<Enum>());
    }

    [[nodiscard]] Day today() const { return today_; }
    [[nodiscard]] const std::vector<FieldViolation>& violations() const { return *violations_; }
    /// INVALID_ARGUMENT that lists them all, or OK.
    [[nodiscard]] absl::Status ToStatus() const;

  private:
    void Add(std::string_view field, std::string_view description);
    void CheckText(std::string_view field, const std::string& text, Length length, bool lines);
    void CheckChoice(std::string_view field, int value, const google::protobuf::EnumDescriptor* values);
    void CheckChoices(std::string_view field, const google::protobuf::RepeatedField<int>& chosen, int min,
                      const google::protobuf::EnumDescriptor* values);

    Day today_;
    std::string prefix_;
    std::shared_ptr<std::vector<FieldViolation>> violations_;
};

/// The canonical (lower-case) text of a UUID; `text` itself where it is none, which FieldChecks::Id finds.
[[nodiscard]] std::string CanonicalId(const std::string& text);

}  // namespace throughline
