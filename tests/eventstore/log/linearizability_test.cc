// Many callers at once: one order explains all that they were answered, and it is the order of positions.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/eventstore/log/call_history.h"
#include "tests/eventstore/log/either_log.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

constexpr std::size_t kAppendsPerCaller = 250;
constexpr std::size_t kReadsPerReader = 250;
constexpr std::size_t kCallersWhoWait = 4;
constexpr std::size_t kCallersWhoDoNotWait = 2;
constexpr std::size_t kAppendsUnderWay = 8;
constexpr std::size_t kReaders = 3;

/// Few tags and types, so that what callers do often conflicts.
class Chooser {
  public:
    explicit Chooser(std::uint_fast32_t seed) : random_(seed) {}

    int Below(int many) { return std::uniform_int_distribution<int>(0, many - 1)(random_); }

    Query AnyQuery() {
        switch (Below(8)) {
            case 0:
                return Query{};
            case 1:
                return AnyOf({Type()}, {});
            case 2:
                return AnyOf({Type()}, {Tag()});
            case 3:
                return Query{{QueryItem{{Type()}, {Tag()}}, QueryItem{{}, {Tag(), Tag()}}}};
            default:
                return AnyOf({}, {Tag()});
        }
    }

    std::vector<TestEvent> Events() {
        std::vector<TestEvent> events(static_cast<std::size_t>(1 + Below(3)));
        for (TestEvent& event : events) {
            event.type = Type();
            event.tags = {fmt::format("a:{}", Below(5)), fmt::format("b:{}", Below(2))};
        }
        return events;
    }

  private:
    std::string Type() { return fmt::format("test.{}", Below(3)); }
    std::string Tag() { return Below(4) == 0 ? fmt::format("b:{}", Below(2)) : fmt::format("a:{}", Below(5)); }

    std::mt19937 random_;
};

class LinearizabilityTest : public ::testing::TestWithParam<EitherLog::Kind> {
  protected:
    /// Reads what a decision would, and appends if nothing of it changed; or decides from what is old, or from nothing.
    AppendCall NextAppend(Chooser& choose, std::size_t caller, std::size_t i) {
        // Some commands are sent by several callers, all with the same request.
        const std::string command =
            choose.Below(8) == 0 ? fmt::format("shared {}", i / 8) : fmt::format("{} {}", caller, i);
        AppendCall call;
        call.append = MakeAppend(command, choose.Events());
        call.append.conditional = choose.Below(5) > 0;
        if (!call.append.conditional) return call;
        call.append.condition.query = choose.AnyQuery();
        if (choose.Below(10) == 0) return call;
        const std::uint64_t known = choose.Below(5) == 0 ? 2 : 1;
        const auto last = log_.Read({.query = call.append.condition.query, .backwards = true, .limit = known});
        EXPECT_TRUE(last.ok()) << last.status();
        if (!last->records.empty()) call.append.condition.after = last->records.back().position;
        return call;
    }

    void Answered(AppendCall& call, absl::StatusOr<AppendOutcome> outcome) {
        call.end_when_answered = log_.End();
        call.outcome = std::move(outcome);
        call.time.answered = Now();
    }

    void AppendAndWait(std::size_t caller, std::uint_fast32_t seed, std::vector<AppendCall>& calls) {
        Chooser choose(seed);
        for (std::size_t i = 0; i < kAppendsPerCaller; ++i) {
            AppendCall& call = calls.emplace_back(NextAppend(choose, caller, i));
            call.time.invoked = Now();
            Answered(call, log_.Append(call.append));
        }
    }

    void AppendAhead(std::size_t caller, std::uint_fast32_t seed, std::vector<AppendCall>& calls) {
        Chooser choose(seed);
        std::counting_semaphore<> room(kAppendsUnderWay);
        for (std::size_t i = 0; i < kAppendsPerCaller; ++i) {
            room.acquire();
            AppendCall& call = calls.emplace_back(NextAppend(choose, caller, i));
            call.time.invoked = Now();
            log_.BeginAppend(call.append, [&](absl::StatusOr<AppendOutcome> outcome) {
                Answered(call, std::move(outcome));
                room.release();
            });
        }
        for (std::size_t i = 0; i < kAppendsUnderWay; ++i) room.acquire();
    }

    void Read(std::uint_fast32_t seed, std::vector<ReadCall>& calls) {
        Chooser choose(seed);
        for (std::size_t i = 0; i < kReadsPerReader; ++i) {
            ReadCall& call = calls.emplace_back();
            const int end = static_cast<int>(ToUint64(log_.End()));
            call.options.query = choose.AnyQuery();
            if (choose.Below(2) == 0) call.options.from = Position{static_cast<std::uint64_t>(choose.Below(end + 3))};
            if (choose.Below(4) == 0) call.options.until = Position{static_cast<std::uint64_t>(choose.Below(end + 3))};
            if (choose.Below(4) == 0) call.options.limit = static_cast<std::uint64_t>(1 + choose.Below(20));
            call.options.backwards = choose.Below(3) == 0;
            call.options.headers_only = choose.Below(2) == 0;
            call.time.invoked = Now();
            const auto progress =
                log_.Visit(call.options, [&](const RecordView& record) { call.positions.push_back(record.position); });
            call.time.answered = Now();
            ASSERT_TRUE(progress.ok()) << progress.status();
            call.progress = *progress;
        }
    }

    [[nodiscard]] std::vector<StoredRecord> ReadAll() {
        std::vector<StoredRecord> all;
        ReadOptions options;
        do {
            auto batch = log_.Read(options);
            EXPECT_TRUE(batch.ok()) << batch.status();
            all.insert(all.end(), batch->records.begin(), batch->records.end());
            options.from = batch->next;
        } while (options.from);
        return all;
    }

    EitherLog either_{GetParam()};
    RecordLog& log_ = either_.log();

  private:
    std::uint64_t Now() { return clock_.fetch_add(1); }

    std::atomic<std::uint64_t> clock_ = 1;
};

unsigned AnySeed() {
    const char* const given = std::getenv("THROUGHLINE_SEED");
    const unsigned seed = given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
    fmt::print("THROUGHLINE_SEED={}\n", seed);
    return seed;
}

TEST_P(LinearizabilityTest, ExplainsWhateverCallersWereAnsweredByTheOrderOfPositions) {
    std::mt19937 seeds{AnySeed()};
    std::vector<std::vector<AppendCall>> appends(kCallersWhoWait + kCallersWhoDoNotWait);
    std::vector<std::vector<ReadCall>> reads(kReaders);
    std::vector<std::thread> threads;
    for (std::size_t caller = 0; caller < appends.size(); ++caller) {
        appends[caller].reserve(kAppendsPerCaller);
        const std::uint_fast32_t seed = seeds();
        threads.emplace_back([&, caller, seed] {
            if (caller < kCallersWhoWait) {
                AppendAndWait(caller, seed, appends[caller]);
            } else {
                AppendAhead(caller, seed, appends[caller]);
            }
        });
    }
    for (std::vector<ReadCall>& calls : reads) {
        const std::uint_fast32_t seed = seeds();
        threads.emplace_back([&, seed] { Read(seed, calls); });
    }
    std::atomic<bool> over = false;
    std::thread lent([&] {
        for (; !over; std::this_thread::yield()) log_.LendThread();
    });
    for (std::thread& thread : threads) thread.join();
    over = true;
    lent.join();

    std::vector<AppendCall> all_appends;
    for (auto& calls : appends) all_appends.insert(all_appends.end(), calls.begin(), calls.end());
    std::vector<ReadCall> all_reads;
    for (auto& calls : reads) all_reads.insert(all_reads.end(), calls.begin(), calls.end());
    const CallHistory history(std::move(all_appends), std::move(all_reads), ReadAll());
    history.Check();
    EXPECT_GT(history.taken(), kAppendsPerCaller) << "too few to say anything";
    EXPECT_GT(history.refused(), kAppendsPerCaller / 2) << "too few conflicts to say anything";
}

INSTANTIATE_TEST_SUITE_P(Logs, LinearizabilityTest, ::testing::Values(EitherLog::Kind::kMemory, EitherLog::Kind::kDisk),
                         NameOfLogKind);

}  // namespace
}  // namespace throughline::testing
