// What is counted and logged of calls: every one by method and code, a line only where it is worth one.
#include "services/throughline/metrics/call_metrics.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <semaphore>

#include "services/throughline/logging.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCheck = "/grpc.health.v1.Health/Check";

class CallMetricsTest : public ::testing::Test {
  protected:
    /// Makes these calls to a server of its own, and gives what it wrote to its log.
    std::string LogOf(spdlog::level::level_enum level, const std::vector<std::pair<std::string, std::string>>& calls) {
        StartLogging(LogFormat::kText, level);
        testing::internal::CaptureStderr();
        {
            grpc::EnableDefaultHealthCheckService(true);
            grpc::ServerBuilder builder;
            std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
            interceptors.push_back(std::make_unique<CallMetrics>(registry_));
            builder.experimental().SetInterceptorCreators(std::move(interceptors));
            const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
            const auto channel = server->InProcessChannel({});
            for (const auto& [method, request] : calls) Call(channel, method, request);
            // An observer goes a moment after its caller has the status.
            while (Counted() < static_cast<double>(calls.size())) std::this_thread::yield();
            server->Shutdown();
            server->Wait();
        }
        std::string log = testing::internal::GetCapturedStderr();
        StartLogging(LogFormat::kText, spdlog::level::off);
        return log;
    }
    [[nodiscard]] std::string Metrics() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

  private:
    static void Call(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     const std::string& request) {
        grpc::GenericStub stub(channel);
        grpc::ClientContext context;
        const grpc::Slice slice(request);
        const grpc::ByteBuffer bytes(&slice, 1);
        grpc::ByteBuffer answer;
        std::binary_semaphore ended{0};
        stub.UnaryCall(&context, method, {}, &bytes, &answer, [&](const grpc::Status&) { ended.release(); });
        ended.acquire();
    }
    [[nodiscard]] double Counted() const {
        double counted = 0;
        for (const auto& family : registry_->Collect()) {
            if (family.name != "throughline_calls_total") continue;
            for (const auto& metric : family.metric) counted += metric.counter.value;
        }
        return counted;
    }

    std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
};

TEST_F(CallMetricsTest, LogsCallsThatFailAndNotThoseThatEndWell) {
    // A health check of the server as a whole, and of a service that it does not have.
    const std::string log = LogOf(spdlog::level::info, {{kCheck, ""}, {kCheck, "\x0a\x04none"}});
    EXPECT_THAT(log, HasSubstr("code=NOT_FOUND"));
    EXPECT_THAT(log, Not(HasSubstr("code=OK")));
}

TEST_F(CallMetricsTest, LogsEveryCallAtLevelDebug) {
    const std::string log = LogOf(spdlog::level::debug, {{kCheck, ""}});
    EXPECT_THAT(log, HasSubstr("debug"));
    EXPECT_THAT(log, HasSubstr("call method=/grpc.health.v1.Health/Check code=OK"));
}

TEST_F(CallMetricsTest, CountsByMethodAndCode) {
    LogOf(spdlog::level::off, {{kCheck, ""}, {kCheck, ""}, {kCheck, "\x0a\x04none"}});
    EXPECT_THAT(Metrics(), HasSubstr("throughline_calls_total{code=\"OK\",method=\"/grpc.health.v1.Health/Check\"} 2"));
    EXPECT_THAT(Metrics(),
                HasSubstr("throughline_calls_total{code=\"NOT_FOUND\",method=\"/grpc.health.v1.Health/Check\"} 1"));
    EXPECT_THAT(Metrics(), HasSubstr("throughline_call_seconds_count{method=\"/grpc.health.v1.Health/Check\"} 3"));
}

TEST(MethodMetricsTest, LeavesTheTimeOfWhatLastsOut) {
    prometheus::Registry registry;
    auto& calls = prometheus::BuildCounter().Name("calls").Register(registry);
    auto& seconds = prometheus::BuildHistogram().Name("seconds").Register(registry);
    MethodMetrics lasting("/throughline.eventstore.v1.EventLogService/Subscribe", calls, seconds);
    MethodMetrics passing("/throughline.eventstore.v1.EventLogService/Append", calls, seconds);
    EXPECT_TRUE(lasting.lasts());
    EXPECT_FALSE(passing.lasts());
    lasting.Count(grpc::StatusCode::OK, 100);
    passing.Count(grpc::StatusCode::OK, 0.002);
    passing.Count(grpc::StatusCode::DO_NOT_USE, 0.002);
    const std::string text = prometheus::TextSerializer().Serialize(registry.Collect());
    EXPECT_THAT(text,
                HasSubstr("calls{code=\"OK\",method=\"/throughline.eventstore.v1.EventLogService/Subscribe\"} 1"));
    EXPECT_THAT(text,
                HasSubstr("calls{code=\"UNKNOWN\",method=\"/throughline.eventstore.v1.EventLogService/Append\"} 1"));
    EXPECT_THAT(text, HasSubstr("seconds_count{method=\"/throughline.eventstore.v1.EventLogService/Append\"} 2"));
    EXPECT_THAT(text, Not(HasSubstr("seconds_count{method=\"/throughline.eventstore.v1.EventLogService/Subscribe\"}")));
}

}  // namespace
}  // namespace throughline
