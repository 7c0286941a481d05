// Formatters for spdlog; the fields of an event reach them beside the message, on the thread that logs.
#include "services/throughline/logging.h"

#include <chrono>
#include <memory>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <grpc/support/log.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <nlohmann/json.hpp>

namespace throughline {
namespace {

// The formatter runs within the call that logs; nothing else is a way for fields through spdlog.
thread_local const std::initializer_list<LogField>* fields_of_this_event = nullptr;

std::string TimeText(spdlog::log_clock::time_point at) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(static_cast<std::time_t>(micros / 1'000'000)),
                       micros % 1'000'000);
}

bool IsEmpty(const LogField& field) {
    const auto* text = std::get_if<std::string>(&field.value);
    return text != nullptr && text->empty();
}

/// gRPC's own messages: handshakes that failed, ports that are taken. They hold addresses of peers, and no requests.
void TakeGrpcLine(gpr_log_func_args* line) {
    const bool error = line->severity == GPR_LOG_SEVERITY_ERROR;
    LogEvent(error ? spdlog::level::warn : spdlog::level::debug, line->message, {{"from", std::string("grpc")}});
}

class JsonLines final : public spdlog::formatter {
  public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& into) override {
        nlohmann::ordered_json line = {{"time", TimeText(message.time)},
                                       {"level", std::string_view(spdlog::level::to_string_view(message.level).data())},
                                       {"message", std::string(message.payload.data(), message.payload.size())}};
        if (fields_of_this_event != nullptr) {
            for (const LogField& field : *fields_of_this_event) {
                if (IsEmpty(field)) continue;
                std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
            }
        }
        const std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
        into.append(text.data(), text.data() + text.size());
    }
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonLines>(); }
};

class TextLines final : public spdlog::formatter {
  public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& into) override {
        std::string text = fmt::format("{} {:<8} {}", TimeText(message.time),
                                       std::string_view(spdlog::level::to_string_view(message.level).data()),
                                       std::string_view(message.payload.data(), message.payload.size()));
        if (fields_of_this_event != nullptr) {
            for (const LogField& field : *fields_of_this_event) {
                if (IsEmpty(field)) continue;
                text += fmt::format(" {}=", field.name);
                std::visit([&](const auto& value) { text += fmt::format("{}", value); }, field.value);
            }
        }
        text += '\n';
        into.append(text.data(), text.data() + text.size());
    }
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<TextLines>(); }
};

}  // namespace

void StartLogging(LogFormat format, spdlog::level::level_enum level) {
    auto logger = std::make_shared<spdlog::logger>("throughline", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    if (format == LogFormat::kJson) {
        logger->set_formatter(std::make_unique<JsonLines>());
    } else {
        logger->set_formatter(std::make_unique<TextLines>());
    }
    logger->set_level(level);
    logger->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
    gpr_set_log_function(TakeGrpcLine);
}

void LogEvent(spdlog::level::level_enum level, std::string_view message, std::initializer_list<LogField> fields) {
    fields_of_this_event = &fields;
    spdlog::default_logger_raw()->log(level, spdlog::string_view_t(message.data(), message.size()));
    fields_of_this_event = nullptr;
}

}  // namespace throughline
