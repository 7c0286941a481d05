// What a check of a store found, as a table for a person or as JSON for a program.
#pragma once

#include <chrono>
#include <string>

#include "eventstore/store/store_check.h"

namespace throughline {

struct CheckResult {
    std::string folder;
    CheckedStore checked;
    std::chrono::nanoseconds time{0};
};

/// Findings that are told one by one.
inline constexpr std::size_t kFindingsToldMax = 100;

/// A line a part, then what is wrong and what to do, then the whole in a line.
[[nodiscard]] std::string CheckTable(const CheckResult& result);

/// One object on one line; times in seconds.
[[nodiscard]] std::string CheckJson(const CheckResult& result);

}  // namespace throughline
