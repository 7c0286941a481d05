// What the log holds to however much is asked of it; docs/limits.md names each of these tests.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/log/header_trailer.h"
#include "eventstore/log/recent_commands.h"
#include "eventstore/log/recent_labels.h"
#include "tests/eventstore/log/either_log.h"
#include "tests/eventstore/log/sealed_append.h"

namespace throughline::testing {
namespace {

bool HasRetryHint(const absl::Status& status) {
    return status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value();
}

class LogLimitsTest : public ::testing::TestWithParam<EitherLog::Kind> {
  protected:
    EitherLog either_{GetParam()};
    RecordLog& log_ = either_.log();
};

TEST_P(LogLimitsTest, TakesQueriesAtTheirLimitsAndRefusesThemAbove) {
    const auto item = [](std::size_t types, std::size_t tags) {
        return QueryItem{std::vector<std::string>(types, "test.A"), std::vector<std::string>(tags, "a:1")};
    };
    const auto takes = [this](const Query& query) {
        const absl::Status read = log_.Read({.query = query}).status();
        const absl::Status appended =
            log_.Append(MakeAppendIf(ToString(RandomUuid()), {{}}, query, std::nullopt)).status();
        EXPECT_EQ(read.code(), appended.code()) << read << appended;
        EXPECT_TRUE(read.ok() || ReasonOf(read) == "BAD_APPEND") << read;
        return read.ok();
    };
    EXPECT_TRUE(takes({std::vector(limits::kQueryItemsMax, item(1, 1))}));
    EXPECT_FALSE(takes({std::vector(limits::kQueryItemsMax + 1, item(1, 1))}));
    EXPECT_TRUE(takes({{item(limits::kTypesPerItemMax, 1)}}));
    EXPECT_FALSE(takes({{item(limits::kTypesPerItemMax + 1, 1)}}));
    EXPECT_TRUE(takes({{item(1, limits::kTagsPerItemMax)}}));
    EXPECT_FALSE(takes({{item(1, limits::kTagsPerItemMax + 1)}}));
    EXPECT_TRUE(takes(AnyOf({std::string(limits::kTypeBytesMax, 't')}, {std::string(limits::kTagBytesMax, 'g')})));
    EXPECT_FALSE(takes(AnyOf({std::string(limits::kTypeBytesMax + 1, 't')}, {})));
    EXPECT_FALSE(takes(AnyOf({}, {std::string(limits::kTagBytesMax + 1, 'g')})));
}

TEST_P(LogLimitsTest, TakesWhatIsAtItsLimit) {
    TestEvent event{.type = std::string(limits::kTypeBytesMax, 't'), .tags = {}};
    for (std::size_t i = 0; i < limits::kTagsPerEventMax; ++i) {
        event.tags.push_back(fmt::format("{}:", i) + std::string(limits::kTagBytesMax - 2, 'g'));
    }
    event.body = std::string(limits::kSealedBodyBytesMax, 'b');
    EXPECT_TRUE(log_.Append(MakeAppend("largest event", {event})).ok());
    EXPECT_TRUE(log_.Append(MakeAppend("most events", std::vector<TestEvent>(limits::kEventsPerAppendMax))).ok());

    // A field of a later version fills the header up.
    const auto with_header_of = [](std::size_t bytes) {
        SealedAppend append = MakeAppend(fmt::format("header of {}", bytes), {{}});
        std::string& header = append.events[0].header;
        const std::size_t padding = bytes - kHeaderTrailerBytes - header.size() - 5;
        header += "\xA2\x06";  // Field 100 with a length of three bytes.
        for (std::size_t left = padding, i = 0; i < 3; ++i, left >>= 7U) {
            header.push_back(static_cast<char>((left & 0x7FU) | (i < 2 ? 0x80U : 0U)));
        }
        header += std::string(padding, 'p');
        EXPECT_EQ(header.size() + kHeaderTrailerBytes, bytes);
        return append;
    };
    EXPECT_TRUE(log_.Append(with_header_of(limits::kHeaderBytesMax)).ok());
    EXPECT_EQ(ReasonOf(log_.Append(with_header_of(limits::kHeaderBytesMax + 1)).status()), "BAD_APPEND");
    const auto last = log_.Read({.backwards = true, .limit = 1});
    ASSERT_TRUE(last.ok()) << last.status();
    EXPECT_EQ(last->records[0].header.size(), limits::kHeaderBytesMax);
}

INSTANTIATE_TEST_SUITE_P(Logs, LogLimitsTest, ::testing::Values(EitherLog::Kind::kMemory, EitherLog::Kind::kDisk),
                         NameOfLogKind);

TEST(TypesOfAStoreTest, AreRefusedAboveTheirLimitAndKnownOnesStillTaken) {
    LogGround ground;
    RecordLog& log = ground.Open();
    const auto append_types = [&](std::size_t from, std::size_t count) {
        std::vector<TestEvent> events(count);
        for (std::size_t i = 0; i < count; ++i) events[i].type = fmt::format("test.Type{}", from + i);
        return log.Append(MakeAppend(ToString(RandomUuid()), std::move(events))).status();
    };
    constexpr std::size_t kStep = limits::kEventsPerAppendMax / 2;
    constexpr std::size_t kKnown = limits::kTypesPerStoreMax - kStep;
    for (std::size_t from = 0; from < kKnown; from += kStep) ASSERT_TRUE(append_types(from, kStep).ok());
    const absl::Status one_too_many = append_types(kKnown, kStep + 1);
    EXPECT_EQ(one_too_many.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(one_too_many), "TOO_MANY_TYPES");
    EXPECT_TRUE(append_types(kKnown, kStep).ok()) << "nothing of the refused one was numbered";
    EXPECT_EQ(ReasonOf(append_types(limits::kTypesPerStoreMax, 1)), "TOO_MANY_TYPES");
    EXPECT_TRUE(append_types(0, kStep).ok());
    EXPECT_EQ(log.End(), Position{limits::kTypesPerStoreMax + kStep});
}

TEST(WaitingAppendsTest, AreRefusedAboveTheirLimitWithAHintAndLoseNothingThatWasAcknowledged) {
    LogGround ground;
    RecordLog& log = ground.Open();
    constexpr std::size_t kTooMany = 100;
    constexpr std::size_t kAppends = limits::kWaitingAppendsMax + kTooMany;
    const auto append_of = [](std::size_t i) { return MakeAppend(fmt::format("command {}", i), {{.tags = {"a:1"}}}); };
    std::mutex mutex;
    std::condition_variable all_answered;
    std::vector<absl::StatusOr<AppendOutcome>> answers(kAppends, absl::UnknownError("not answered"));
    std::size_t missing = kAppends;
    // The listener is called while its commit has the writer's turn: what comes now has to wait.
    bool pushed = false;
    std::shared_ptr<void> listening = log.Listen([&](Position) {
        for (std::size_t i = 0; i < kAppends && !pushed; ++i) {
            log.BeginAppend(append_of(i), [&, i](absl::StatusOr<AppendOutcome> answer) {
                const std::lock_guard lock(mutex);
                answers[i] = std::move(answer);
                if (--missing == 0) all_answered.notify_one();
            });
        }
        pushed = true;
    });
    ASSERT_TRUE(log.Append(MakeAppend("first", {{}})).ok());
    {
        std::unique_lock lock(mutex);
        all_answered.wait(lock, [&] { return missing == 0; });
    }
    listening.reset();
    for (std::size_t i = 0; i < kAppends; ++i) {
        SCOPED_TRACE(i);
        const auto known = log.FindCommand(CommandHash(fmt::format("command {}", i)));
        ASSERT_TRUE(known.ok()) << known.status();
        if (i < limits::kWaitingAppendsMax) {
            ASSERT_TRUE(answers[i].ok()) << answers[i].status();
            ASSERT_TRUE(*known);
            EXPECT_EQ((*known)->first, answers[i]->first);
        } else {
            EXPECT_EQ(answers[i].status().code(), absl::StatusCode::kResourceExhausted);
            EXPECT_EQ(ReasonOf(answers[i].status()), "LOG_QUEUE_FULL");
            EXPECT_TRUE(HasRetryHint(answers[i].status()));
            EXPECT_FALSE(*known);
            EXPECT_TRUE(log.Append(append_of(i)).ok()) << "it was asked to come again";
        }
    }
    EXPECT_EQ(log.End(), Position{1 + kAppends});
    ground.Open();
    EXPECT_EQ(ground.log->End(), Position{1 + kAppends});
}

TEST(RecentLabelsTest, NeverKeepsMoreThanItMayAndKnowsAllThatCameSinceItSays) {
    constexpr std::size_t kCapacity = 64;
    RecentLabels recent(Position{0}, kCapacity);
    std::vector<Label> labels;
    for (std::uint64_t i = 0; i < 8 * kCapacity; ++i) {
        labels.push_back(TagLabel(fmt::format("a:{}", i)));
        recent.Put(labels.back(), Position{i}, Position{i + 1});
        const auto known = [&](std::uint64_t position) {
            return recent.MayMatch({{}, {labels[position]}}, Position{position});
        };
        std::size_t kept = 0;
        for (std::uint64_t position = 0; position <= i; ++position) kept += std::size_t{known(position)};
        EXPECT_LE(kept, kCapacity);
        EXPECT_LE(recent.covered_from(), Position{i + 1});
        for (std::uint64_t position = ToUint64(recent.covered_from()); position <= i; ++position) {
            EXPECT_TRUE(known(position)) << position;
        }
        if (i >= kCapacity) {
            EXPECT_GE(i + 1 - ToUint64(recent.covered_from()), kCapacity / 2);
        }
    }
}

TEST(RecentCommandsTest, NeverKeepsMoreThanItMayAndKnowsAllThatCameSinceItSays) {
    constexpr std::size_t kCapacity = 64;
    RecentCommands recent(Position{0}, kCapacity);
    std::vector<std::string> hashes;
    for (std::uint64_t i = 0; i < 8 * kCapacity; ++i) {
        hashes.push_back(CommandHash(fmt::format("command {}", i)));
        recent.Put(hashes.back(), {Position{i}, 1, "digest"}, Position{i + 1});
        const auto kept = std::count_if(hashes.begin(), hashes.end(),
                                        [&](const std::string& hash) { return recent.Find(hash).has_value(); });
        EXPECT_LE(static_cast<std::size_t>(kept), kCapacity);
        for (std::uint64_t position = ToUint64(recent.covered_from()); position <= i; ++position) {
            const auto found = recent.Find(hashes[position]);
            ASSERT_TRUE(found) << position;
            EXPECT_EQ(found->first, Position{position});
        }
        if (i >= kCapacity) {
            EXPECT_GE(i + 1 - ToUint64(recent.covered_from()), kCapacity / 2);
        }
    }
}

}  // namespace
}  // namespace throughline::testing
