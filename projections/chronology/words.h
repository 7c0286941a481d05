// The sector's words for what facts hold as numbers and ids, for a line that a person reads.
#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include "throughline/events/v1/actor.pb.h"
#include "throughline/events/v1/date.pb.h"

namespace throughline {

/// A value in words: `STAFF_ROLE_SENCO` is "SENCo". "unknown (17)" for a number that this program has no name for.
[[nodiscard]] std::string InWords(const google::protobuf::EnumDescriptor& kind, int value);

template <class Enum>
[[nodiscard]] std::string InWords(Enum value) {
    return InWords(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

/// Several, with commas between: "risk of suspension, SEMH".
template <class Enum, class List>
[[nodiscard]] std::string ListInWords(const List& values) {
    std::string words;
    for (const int value : values) {
        if (!words.empty()) words.append(", ");
        words.append(InWords(static_cast<Enum>(value)));
    }
    return words;
}

/// The last part of a type's name as words: "throughline.events.v1.ReferralRaised" is "Referral raised".
[[nodiscard]] std::string TypeInWords(std::string_view type);

/// "1 September 2025"; nothing for a date that is absent.
[[nodiscard]] std::string InWords(const events::v1::Date& date);

/// "Jo Bright (SENCo, class teacher)"; the person id where the name is empty.
[[nodiscard]] std::string InWords(const events::v1::Actor& actor);

}  // namespace throughline
