// Makes well-formed appends for tests, with headers that agree with their events.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/log/record_log.h"

namespace throughline::testing {

/// An event before it is part of an append.
struct TestEvent {
    std::string type = "test.Happened";
    std::vector<std::string> tags{};
    SubjectId subject{Uuid{{1}}};
    std::string body = "sealed";
};

/// A subject that is the same for the same number.
[[nodiscard]] SubjectId TestSubject(std::uint8_t number);

/// An unconditional append; `command` and `request` are any text and are hashed.
[[nodiscard]] SealedAppend MakeAppend(std::string_view command, std::vector<TestEvent> events,
                                      std::string_view request = "request");

/// The same, which holds only if nothing matches `query` after `after`.
[[nodiscard]] SealedAppend MakeAppendIf(std::string_view command, std::vector<TestEvent> events, Query query,
                                        std::optional<Position> after);

/// A query of one item.
[[nodiscard]] Query AnyOf(std::vector<std::string> types, std::vector<std::string> tags);

/// What the index knows a command by: 16 bytes.
[[nodiscard]] std::string CommandHash(std::string_view command);

}  // namespace throughline::testing
