// Every work of bench against a whole server in this process.
#include "services/throughline/bench/run_bench.h"

#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "services/throughline/exit_code.h"
#include "services/throughline/logging.h"
#include "services/throughline/serving/serving.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RunBenchTest : public ::testing::Test {
  protected:
    RunBenchTest() {
        StartLogging(LogFormat::kJson, spdlog::level::err);
        char made[] = "/tmp/throughline-bench-XXXXXX";
        folder_ = mkdtemp(made);
        ServeSettings settings;
        settings.store.path = folder_ + "/store";
        settings.listen = "127.0.0.1:0";
        settings.metrics = "127.0.0.1:0";
        settings.roles = "eventstore";
        settings.synthetic = true;
        settings.drain_s = 2;
        const absl::Status store = MakeStore({.folder = settings.store,
                                              .key_file = settings.store.DefaultKeyFile(),
                                              .synthetic = true,
                                              .synthetic_start = FromMicros(1'756'706'400'000'000)});
        EXPECT_TRUE(store.ok()) << store;
        auto serving = Serving::Open(settings);
        EXPECT_TRUE(serving.ok()) << serving.status();
        serving_ = *std::move(serving);
        server_.address = serving_->Address();
        Identity service;
        service.person_id = "bench";
        service.party = Party::kService;
        server_.token = *OpenIssuer(settings.store, clock_)->Issue(service, std::chrono::hours(1));
    }
    ~RunBenchTest() override {
        serving_.reset();
        std::filesystem::remove_all(folder_);
    }

    absl::StatusOr<BenchReport> Run(BenchSettings settings) {
        const absl::Status complete = CompleteBenchSettings(settings);
        if (!complete.ok()) return complete;
        return RunBench(settings, server_);
    }

    /// So many requests, of which none goes wrong.
    BenchReport Requests(BenchSettings settings, std::uint64_t requests) {
        settings.requests = requests;
        absl::StatusOr<BenchReport> report = Run(settings);
        EXPECT_TRUE(report.ok()) << report.status();
        if (!report.ok()) return {};
        EXPECT_EQ(report->load.requests, requests);
        EXPECT_EQ(report->load.latencies.count(), requests);
        EXPECT_THAT(report->load.errors, IsEmpty());
        return *std::move(report);
    }

    BenchReport Append(const std::string& condition, AppendShape shape, std::uint64_t requests = 20) {
        BenchSettings settings;
        settings.condition = condition;
        settings.shape = shape;
        settings.callers = 3;
        settings.connections = 2;
        return Requests(settings, requests);
    }

    const SystemClock clock_;
    std::string folder_;
    std::unique_ptr<Serving> serving_;
    ConnectionSettings server_;
};

TEST_F(RunBenchTest, AppendsUnderEveryCondition) {
    EXPECT_EQ(Append("tag", {}).load.facts, 20U);
    EXPECT_EQ(Append("tag", {.facts = 10, .one_tag = true}).load.facts, 200U);
    EXPECT_EQ(Append("tag", {.facts = 10, .tags = 2}).load.facts, 200U);
    EXPECT_EQ(Append("type", {}).load.facts, 20U);
    EXPECT_EQ(Append("absent-type", {}).load.facts, 20U);
    EXPECT_EQ(Append("none", {.tags = 0}).load.facts, 20U);
}

TEST_F(RunBenchTest, ReadsTheWholeLogSealedAndOpened) {
    Append("tag", {.facts = 100, .bytes = 64});
    BenchSettings settings;
    settings.work_word = "read";
    const BenchReport opened = Requests(settings, 2);
    EXPECT_EQ(opened.load.facts, 4'000U);
    EXPECT_EQ(opened.read.records, 4'000U);
    EXPECT_EQ(opened.read.body_bytes, 4'000U * 64);
    settings.sealed = true;
    const BenchReport sealed = Requests(settings, 1);
    EXPECT_EQ(sealed.load.facts, 2'000U);
    EXPECT_GT(sealed.read.body_bytes, 2'000U * 64);
    settings.limit = 1'500;
    EXPECT_EQ(Requests(settings, 1).load.facts, 1'500U);
}

TEST_F(RunBenchTest, AsksForTagsThatItSpread) {
    Append("none", {.facts = 100, .spread = 50});
    BenchSettings settings;
    settings.work_word = "query";
    settings.shape.spread = 50;
    settings.callers = 4;
    EXPECT_EQ(Requests(settings, 30).load.facts, 30U * 40);
    settings.shape.spread = 1'000'000;
    settings.requests = 30;
    const absl::StatusOr<BenchReport> none = Run(settings);
    ASSERT_TRUE(none.ok()) << none.status();
    EXPECT_GT(none->load.errors.at("RECORDS_MISSING"), 0U);
}

TEST_F(RunBenchTest, CountsForATimeAfterWarmingUp) {
    BenchSettings settings;
    settings.seconds = 0.2;
    settings.warm_up_s = 0.05;
    settings.sync_folder = folder_;
    const absl::StatusOr<BenchReport> report = Run(settings);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->load.time, std::chrono::milliseconds(200));
    EXPECT_GT(report->load.requests, 0U);
    EXPECT_GE(report->load.requests_ever, report->load.requests);
    EXPECT_GT(report->load.client_cpu.count(), 0);
    ASSERT_TRUE(report->disk_sync);
    EXPECT_THAT(BenchTable(*report), HasSubstr("disk sync"));
}

TEST_F(RunBenchTest, HoldsReadersThatDoNotRead) {
    Append("tag", {.facts = 100});
    for (const bool subscribe : {false, true}) {
        BenchSettings settings;
        settings.work_word = "stall";
        settings.callers = 3;
        settings.seconds = 0.01;
        settings.subscribe = subscribe;
        const absl::StatusOr<BenchReport> report = Run(settings);
        ASSERT_TRUE(report.ok()) << report.status();
        EXPECT_EQ(report->load.requests, 3U);
        EXPECT_GT(report->load.facts, 0U);
    }
}

TEST_F(RunBenchTest, HoldsSubscriptionsThatNothingComesTo) {
    Append("tag", {.facts = 100});
    BenchSettings settings;
    settings.work_word = "stall";
    settings.callers = 20;
    settings.seconds = 0.01;
    settings.idle = true;
    EXPECT_EQ(ExitCodeOf(Run(settings).status()), ExitCode::kUsage) << "a read comes to its end";
    settings.subscribe = true;
    const absl::StatusOr<BenchReport> report = Run(settings);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->load.requests, 20U) << "each was told how far was looked";
    EXPECT_EQ(report->load.facts, 0U);
}

TEST_F(RunBenchTest, NeedsARecordAfterWhichAConditionByTypeHolds) {
    BenchSettings settings;
    settings.condition = "type";
    EXPECT_EQ(ExitCodeOf(Run(settings).status()), ExitCode::kConflict);
}

TEST_F(RunBenchTest, EndsWithWhatTheServerRefusesForGood) {
    BenchSettings settings;
    server_.token = "";
    EXPECT_EQ(ExitCodeOf(Run(settings).status()), ExitCode::kDenied);
    settings.work_word = "empty";
    // No product has the method that the baseline serves.
    EXPECT_EQ(ExitCodeOf(Run(settings).status()), ExitCode::kFailure);
}

TEST_F(RunBenchTest, SaysTheSameInBothForms) {
    const BenchReport report = Append("tag", {.facts = 10});
    const auto json = nlohmann::json::parse(BenchJson(report));
    EXPECT_EQ(json["requests"], 20);
    EXPECT_EQ(json["facts"], 200);
    EXPECT_EQ(json["callers"], 3);
    EXPECT_GT(json["request_bytes"], 2'560);
    EXPECT_GT(json["latency_us"]["p99"], 0);
    EXPECT_FALSE(json.contains("syncs_per_request"));
    EXPECT_FALSE(json.contains("disk_sync_us"));
    const std::string table = BenchTable(report);
    EXPECT_THAT(table, HasSubstr("append 10 facts of 256 bytes a request, one tag each, condition tag"));
    EXPECT_THAT(table, HasSubstr("errors     none"));
    EXPECT_THAT(table, Not(HasSubstr("syncs")));
}

}  // namespace
}  // namespace throughline
