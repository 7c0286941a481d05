// The log of the process: one line an event on stderr, as JSON or as text, without personal data.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <spdlog/spdlog.h>

namespace throughline {

enum class LogFormat { kJson, kText };

/// Makes spdlog's default logger, and gRPC's own, write to stderr in this format. Times are the machine's, UTC.
void StartLogging(LogFormat format, spdlog::level::level_enum level);

/// One fact about an event. Names and values say what happened to the service, never what is said of a child.
struct LogField {
    std::string_view name;
    std::variant<std::string, std::int64_t, double> value;
};

/// Logs an event with fields: in JSON members beside "message", in text `name=value` behind it. Empty texts are left
/// out.
void LogEvent(spdlog::level::level_enum level, std::string_view message, std::initializer_list<LogField> fields);

}  // namespace throughline
