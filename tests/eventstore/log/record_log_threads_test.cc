// The contract of record_log.h where several threads use the log.
#include <atomic>
#include <semaphore>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/log/record_log_contract.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {

TEST_P(RecordLogContract, LetsOneOfManyConflictingAppendsThrough) {
    constexpr int kCallers = 100;
    std::atomic<int> through = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> callers;
    for (int i = 0; i < kCallers; ++i) {
        callers.emplace_back([&, i] {
            const auto outcome =
                log_.Append(MakeAppendIf(fmt::format("raise {}", i), {{.tags = {"pupil:1", "strand:1"}}},
                                         AnyOf({}, {"pupil:1", "strand:1"}), std::nullopt));
            if (outcome.ok()) ++through;
            if (ReasonOf(outcome.status()) == "CONDITION_FAILED") ++refused;
        });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(through, 1);
    EXPECT_EQ(refused, kCallers - 1);
    EXPECT_EQ(log_.End(), Position{1});
}

TEST_P(RecordLogContract, StoresARequestOnceHoweverManySendItAtOnce) {
    std::atomic<int> first_answers = 0;
    std::atomic<int> repeats = 0;
    std::vector<std::thread> callers;
    for (int i = 0; i < 50; ++i) {
        callers.emplace_back([&, i] {
            const auto outcome = log_.Append(MakeAppend(fmt::format("command {}", i % 5), {{}, {}}));
            if (!outcome.ok()) return;
            ++(outcome->repeated ? repeats : first_answers);
        });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(first_answers, 5);
    EXPECT_EQ(repeats, 45);
    EXPECT_EQ(log_.End(), Position{10});
}

TEST_P(RecordLogContract, AnswersAnAppendThatDoesNotWait) {
    std::vector<AppendOutcome> outcomes;
    std::binary_semaphore answered{0};
    log_.BeginAppend(MakeAppend("a", {{}, {}}), [&](const absl::StatusOr<AppendOutcome>& outcome) {
        if (outcome.ok()) outcomes.push_back(*outcome);
        answered.release();
    });
    answered.acquire();
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].last, Position{1});
    log_.BeginAppend(SealedAppend{}, [&](const absl::StatusOr<AppendOutcome>& outcome) {
        EXPECT_EQ(ReasonOf(outcome.status()), "BAD_APPEND");
        answered.release();
    });
    answered.acquire();
}

TEST_P(RecordLogContract, CommitsForNobodyElseOnAThreadThatIsNotLent) {
    constexpr int kCallers = 4;
    static thread_local int caller_here = -1;
    std::atomic<int> told_by_others = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
        callers.emplace_back([&, caller] {
            caller_here = caller;
            for (int n = 0; n < 100; ++n) {
                std::binary_semaphore answered{0};
                log_.BeginAppend(MakeAppend(fmt::format("{} {}", caller, n), {{}}),
                                 [&](const absl::StatusOr<AppendOutcome>& outcome) {
                                     EXPECT_TRUE(outcome.ok()) << outcome.status();
                                     if (caller_here != -1 && caller_here != caller) ++told_by_others;
                                     answered.release();
                                 });
                answered.acquire();
            }
        });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(told_by_others, 0);
    EXPECT_EQ(log_.End(), Position{kCallers * 100});
}

TEST_P(RecordLogContract, AnswersAllWhileAThreadIsLent) {
    constexpr int kCallers = 4;
    constexpr int kAppendsEach = 100;
    std::atomic<bool> over = false;
    std::thread lent([&] {
        for (; !over; std::this_thread::yield()) log_.LendThread();
    });
    std::atomic<int> answered = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
        callers.emplace_back([&, caller] {
            for (int n = 0; n < kAppendsEach; ++n) {
                const auto outcome = log_.Append(MakeAppend(fmt::format("{} {}", caller, n), {{}}));
                EXPECT_TRUE(outcome.ok()) << outcome.status();
                ++answered;
            }
        });
    }
    for (std::thread& caller : callers) caller.join();
    over = true;
    lent.join();
    EXPECT_EQ(answered, kCallers * kAppendsEach);
    EXPECT_EQ(log_.End(), Position{kCallers * kAppendsEach});
}

}  // namespace throughline::testing
