// The contract of record_log.h, line by line.
#include "tests/eventstore/log/record_log_contract.h"

#include <functional>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/ledger/consistency.h"
#include "tests/eventstore/log/sealed_append.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline::testing {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using eventstore::v1::RecordHeader;

namespace {

/// An event whose header says something else than it did.
std::function<void(SealedEvent&)> Changed(const std::function<void(RecordHeader&)>& change) {
    return [change](SealedEvent& event) {
        RecordHeader header;
        EXPECT_TRUE(header.ParseFromString(event.header));
        change(header);
        event.header = header.SerializeAsString();
    };
}

}  // namespace

std::vector<std::uint64_t> RecordLogContract::Positions(ReadOptions options) const {
    std::vector<std::uint64_t> positions;
    while (true) {
        const auto batch = log_.Read(options);
        EXPECT_TRUE(batch.ok()) << batch.status();
        if (!batch.ok()) return positions;
        for (const StoredRecord& record : batch->records) positions.push_back(ToUint64(record.position));
        if (!batch->next) return positions;
        options.from = batch->next;
    }
}

TEST_P(RecordLogContract, StartsEmpty) {
    EXPECT_EQ(log_.End(), Position{0});
    const auto batch = log_.Read({});
    ASSERT_TRUE(batch.ok());
    EXPECT_THAT(batch->records, IsEmpty());
    EXPECT_FALSE(batch->next);
    EXPECT_TRUE(log_.Writable());
    EXPECT_NE(log_.StoreId(), Uuid{});
}

TEST_P(RecordLogContract, GivesDensePositionsFromZero) {
    const auto first = log_.Append(MakeAppend("a", {{}, {}}));
    const auto second = log_.Append(MakeAppend("b", {{}, {}, {}}));
    ASSERT_TRUE(first.ok() && second.ok());
    EXPECT_EQ(first->first, Position{0});
    EXPECT_EQ(first->last, Position{1});
    EXPECT_FALSE(first->repeated);
    EXPECT_EQ(second->first, Position{2});
    EXPECT_EQ(second->last, Position{4});
    EXPECT_EQ(log_.End(), Position{5});
    EXPECT_THAT(Positions({}), ElementsAre(0, 1, 2, 3, 4));
}

TEST_P(RecordLogContract, AddsPositionEpochAndTimeToTheHeader) {
    SealedAppend append =
        MakeAppend("a", {{.type = "test.A", .tags = {"pupil:1"}, .body = "first"}, {.body = "second"}});
    const std::string prefix = append.events[0].header;
    ASSERT_TRUE(log_.Append(append).ok());
    const auto batch = log_.Read({});
    ASSERT_TRUE(batch.ok());
    ASSERT_EQ(batch->records.size(), 2U);
    EXPECT_EQ(batch->records[0].header.substr(0, prefix.size()), prefix);
    EXPECT_EQ(batch->records[0].sealed_body, "first");
    EXPECT_EQ(batch->records[1].sealed_body, "second");
    eventstore::v1::RecordHeader header;
    ASSERT_TRUE(header.ParseFromString(batch->records[1].header));
    EXPECT_EQ(header.position(), 1U);
    EXPECT_EQ(header.writer_epoch(), 1U);
    EXPECT_EQ(header.recorded_at_us(), ToMicros(under_test_.clock->Now()));
}

TEST_P(RecordLogContract, AnswersARepeatedCommandWithItsFirstAnswer) {
    ASSERT_TRUE(log_.Append(MakeAppend("other", {{}})).ok());
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{}, {}})).ok());
    ASSERT_TRUE(log_.Append(MakeAppend("later", {{}})).ok());
    const auto again = log_.Append(MakeAppend("a", {{}, {}}));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(again->first, Position{1});
    EXPECT_EQ(again->last, Position{2});
    EXPECT_EQ(log_.End(), Position{4});
}

TEST_P(RecordLogContract, AnswersARepeatEvenWhereItsConditionNoLongerHolds) {
    const Query query = AnyOf({}, {"pupil:1"});
    ASSERT_TRUE(log_.Append(MakeAppendIf("a", {{.tags = {"pupil:1"}}}, query, std::nullopt)).ok());
    const auto again = log_.Append(MakeAppendIf("a", {{.tags = {"pupil:1"}}}, query, std::nullopt));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->repeated);
}

TEST_P(RecordLogContract, RefusesAKnownCommandWithAnotherRequest) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{}}, "request")).ok());
    const auto other = log_.Append(MakeAppend("a", {{}}, "another request"));
    EXPECT_EQ(other.status().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(ReasonOf(other.status()), "COMMAND_REUSED");
    EXPECT_EQ(log_.End(), Position{1});
}

TEST_P(RecordLogContract, FindsCommandsAndOnlyThose) {
    ASSERT_TRUE(log_.Append(MakeAppend("before", {{}})).ok());
    const SealedAppend append = MakeAppend("a", {{}, {}});
    ASSERT_TRUE(log_.Append(append).ok());
    const auto found = log_.FindCommand(append.command_hash);
    ASSERT_TRUE(found.ok() && found->has_value());
    EXPECT_EQ((*found)->first, Position{1});
    EXPECT_EQ((*found)->count, 2U);
    EXPECT_EQ((*found)->request_digest, append.request_digest);
    const auto unknown = log_.FindCommand(CommandHash("unknown"));
    ASSERT_TRUE(unknown.ok());
    EXPECT_FALSE(unknown->has_value());
}

TEST_P(RecordLogContract, RefusesWhenSomethingNewerMatches) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.type = "test.A", .tags = {"pupil:1"}}, {.tags = {"pupil:2"}}})).ok());
    ASSERT_TRUE(log_.Append(MakeAppend("b", {{.type = "test.A", .tags = {"pupil:1", "strand:1"}}})).ok());
    const auto refused = log_.Append(MakeAppendIf("c", {{}}, AnyOf({"test.A"}, {"pupil:1"}), Position{0}));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kAborted);
    EXPECT_EQ(ReasonOf(refused.status()), "CONDITION_FAILED");
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr("first at 2"));
    EXPECT_EQ(log_.End(), Position{3});
    EXPECT_TRUE(log_.Append(MakeAppendIf("c", {{}}, AnyOf({"test.A"}, {"pupil:1"}), Position{2})).ok());
}

TEST_P(RecordLogContract, HoldsAConditionAgainstOtherTypesAndTags) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.type = "test.A", .tags = {"pupil:1"}}})).ok());
    EXPECT_TRUE(log_.Append(MakeAppendIf("b", {{}}, AnyOf({"test.B"}, {"pupil:1"}), std::nullopt)).ok());
    EXPECT_TRUE(log_.Append(MakeAppendIf("c", {{}}, AnyOf({"test.A"}, {"pupil:2"}), std::nullopt)).ok());
    EXPECT_TRUE(log_.Append(MakeAppendIf("d", {{}}, AnyOf({}, {"pupil:1", "pupil:2"}), std::nullopt)).ok());
    EXPECT_FALSE(log_.Append(MakeAppendIf("e", {{}}, AnyOf({"test.B", "test.A"}, {}), std::nullopt)).ok());
    EXPECT_FALSE(log_.Append(MakeAppendIf("f", {{}}, Query{}, std::nullopt)).ok());
    EXPECT_TRUE(log_.Append(MakeAppendIf("g", {{}}, Query{}, Position{ToUint64(log_.End()) - 1})).ok());
}

TEST_P(RecordLogContract, FailsAConditionOfSeveralItemsIfAnyMatches) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.type = "test.A", .tags = {"pupil:1"}}})).ok());
    const Query query{{QueryItem{{"test.Z"}, {}}, QueryItem{{}, {"pupil:1"}}}};
    EXPECT_EQ(log_.Append(MakeAppendIf("b", {{}}, query, std::nullopt)).status().code(), absl::StatusCode::kAborted);
    EXPECT_TRUE(log_.Append(MakeAppendIf("b", {{}}, query, Position{0})).ok());
}

TEST_P(RecordLogContract, RefusesAConditionAfterThePositionsItHas) {
    const auto refused = log_.Append(MakeAppendIf("a", {{}}, AnyOf({}, {"pupil:1"}), Position{0}));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(RecordLogContract, DoesNotRememberARefusal) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.tags = {"pupil:1"}}})).ok());
    ASSERT_FALSE(log_.Append(MakeAppendIf("b", {{}}, AnyOf({}, {"pupil:1"}), std::nullopt)).ok());
    const auto second = log_.Append(MakeAppendIf("b", {{}}, AnyOf({}, {"pupil:1"}), Position{0}));
    ASSERT_TRUE(second.ok()) << second.status();
    EXPECT_FALSE(second->repeated);
}

TEST_P(RecordLogContract, RefusesWhatIsOverALimit) {
    const auto refuses = [this](SealedAppend append) {
        return log_.Append(std::move(append)).status().code() == absl::StatusCode::kInvalidArgument;
    };
    EXPECT_TRUE(refuses(MakeAppend("a", {})));
    EXPECT_TRUE(refuses(MakeAppend("a", std::vector<TestEvent>(limits::kEventsPerAppendMax + 1))));
    EXPECT_TRUE(refuses(MakeAppend("a", {{.type = ""}})));
    EXPECT_TRUE(refuses(MakeAppend("a", {{.type = std::string(limits::kTypeBytesMax + 1, 't')}})));
    EXPECT_TRUE(refuses(MakeAppend("a", {{.tags = {std::string(limits::kTagBytesMax + 1, 't')}}})));
    EXPECT_TRUE(refuses(MakeAppend("a", {{.tags = {std::string("a\0b", 3)}}})));
    EXPECT_TRUE(refuses(MakeAppend("a", {{.tags = {"pupil:1", "pupil:1"}}})));
    EXPECT_TRUE(refuses(MakeAppend("a", {{.tags = {"1", "2", "3", "4", "5", "6", "7", "8", "9"}}})));
    EXPECT_TRUE(refuses(MakeAppend("a", {{.body = ""}})));
    EXPECT_TRUE(refuses(MakeAppend("a", {{.body = std::string(limits::kSealedBodyBytesMax + 1, 'b')}})));
    const TestEvent large{.body = std::string(limits::kSealedBodyBytesMax, 'b')};
    EXPECT_TRUE(refuses(MakeAppend("a", std::vector<TestEvent>(10, large))));
    EXPECT_EQ(log_.End(), Position{0});
}

TEST_P(RecordLogContract, RefusesAHeaderThatSaysSomethingElseThanItsEvent) {
    const auto refuses = [this](const std::function<void(SealedEvent&)>& change) {
        SealedAppend append = MakeAppend("a", {{.type = "test.A", .tags = {"pupil:1"}}});
        change(append.events[0]);
        return log_.Append(std::move(append)).status().code() == absl::StatusCode::kInvalidArgument;
    };
    EXPECT_TRUE(refuses(Changed([](RecordHeader& header) { header.set_command_hash(CommandHash("b")); })));
    EXPECT_TRUE(refuses(Changed([](RecordHeader& header) { header.set_request_digest(CommandHash("b")); })));
    EXPECT_TRUE(refuses(Changed([](RecordHeader& header) { header.set_key_id("short"); })));
    EXPECT_TRUE(refuses(Changed([](RecordHeader& header) { header.add_tags("pupil:0"); }))) << "out of order";
    EXPECT_TRUE(refuses([](SealedEvent& event) { event.header = "\xFFgarbage"; }));
    EXPECT_TRUE(refuses([](SealedEvent& event) { event.header += std::string("\x79\x01\0\0\0\0\0\0\0", 9); }));
}

TEST_P(RecordLogContract, ReadsByTypesByTagsAndByBoth) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.type = "test.A", .tags = {"pupil:1"}},
                                             {.type = "test.B", .tags = {"pupil:1", "strand:1"}},
                                             {.type = "test.A", .tags = {"pupil:2", "strand:1"}}}))
                    .ok());
    ASSERT_TRUE(
        log_.Append(MakeAppend("b", {{.type = "test.C", .tags = {"pupil:1", "strand:1"}}, {.type = "test.A"}})).ok());
    EXPECT_THAT(Positions({.query = AnyOf({"test.A"}, {})}), ElementsAre(0, 2, 4));
    EXPECT_THAT(Positions({.query = AnyOf({"test.C", "test.B"}, {})}), ElementsAre(1, 3));
    EXPECT_THAT(Positions({.query = AnyOf({}, {"pupil:1"})}), ElementsAre(0, 1, 3));
    EXPECT_THAT(Positions({.query = AnyOf({}, {"strand:1", "pupil:1"})}), ElementsAre(1, 3));
    EXPECT_THAT(Positions({.query = AnyOf({"test.C"}, {"pupil:1"})}), ElementsAre(3));
    EXPECT_THAT(Positions({.query = AnyOf({"test.Unknown"}, {})}), IsEmpty());
    EXPECT_THAT(Positions({.query = AnyOf({}, {"pupil:"})}), IsEmpty());
    const Query either{{QueryItem{{"test.A"}, {}}, QueryItem{{}, {"pupil:1"}}}};
    EXPECT_THAT(Positions({.query = either}), ElementsAre(0, 1, 2, 3, 4));
    EXPECT_THAT(Positions({.query = either, .backwards = true}), ElementsAre(4, 3, 2, 1, 0));
}

TEST_P(RecordLogContract, ReadsBetweenTwoPositionsBothWays) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(log_.Append(MakeAppend(fmt::format("{}", i), {{.tags = {"t:1"}}, {.tags = {"t:2"}}})).ok());
    }
    EXPECT_THAT(Positions({.from = Position{1}, .until = Position{4}}), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(Positions({.from = Position{4}, .until = Position{1}, .backwards = true}), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(Positions({.query = AnyOf({}, {"t:1"}), .from = Position{1}}), ElementsAre(2, 4));
    EXPECT_THAT(Positions({.query = AnyOf({}, {"t:1"}), .from = Position{3}, .backwards = true}), ElementsAre(2, 0));
    EXPECT_THAT(Positions({.query = AnyOf({}, {"t:2"}), .until = Position{4}, .backwards = true}), ElementsAre(5));
    EXPECT_THAT(Positions({.from = Position{6}}), IsEmpty());
    EXPECT_THAT(Positions({.from = Position{4}, .until = Position{1}}), IsEmpty());
    EXPECT_THAT(Positions({.from = Position{99}, .backwards = true}), ElementsAre(5, 4, 3, 2, 1, 0));
}

TEST_P(RecordLogContract, SaysWhereALimitedReadGoesOn) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.tags = {"t:1"}}, {}, {}, {.tags = {"t:1"}}})).ok());
    const auto batch = log_.Read({.query = AnyOf({}, {"t:1"}), .limit = 1});
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(batch->records.size(), 1U);
    EXPECT_EQ(batch->next, Position{3});
    EXPECT_EQ(batch->end, Position{4});
    const auto last = log_.Read({.query = AnyOf({}, {"t:1"}), .from = batch->next, .limit = 1});
    ASSERT_TRUE(last.ok());
    EXPECT_EQ(last->records.size(), 1U);
    EXPECT_FALSE(last->next);
    const auto backwards = log_.Read({.query = AnyOf({}, {"t:1"}), .backwards = true, .limit = 1});
    ASSERT_TRUE(backwards.ok());
    EXPECT_EQ(backwards->records.front().position, Position{3});
    EXPECT_EQ(backwards->next, Position{0});
}

TEST_P(RecordLogContract, GoesOnFromBatchToBatchOverWhatWasAppendedMeanwhile) {
    std::uint64_t commands = 0;
    const auto append = [&](std::size_t events) {
        ASSERT_TRUE(log_.Append(MakeAppend(fmt::format("{}", commands++), std::vector<TestEvent>(events))).ok());
    };
    append(1'000);
    ReadOptions options{.limit = 300};
    for (std::uint64_t expected = 0; Position{expected} < log_.End();) {
        const auto batch = log_.Read(options);
        ASSERT_TRUE(batch.ok()) << batch.status();
        for (const StoredRecord& record : batch->records) ASSERT_EQ(record.position, Position{expected++});
        options.from = Position{expected};
        ASSERT_EQ(batch->next.value_or(log_.End()), *options.from);
        if (commands < 10) append(commands % 3 == 0 ? 400 : 1);
    }
    EXPECT_EQ(commands, 10U);
}

TEST_P(RecordLogContract, BoundsABatchByRecordsAndByBytes) {
    for (std::size_t i = 0; i <= limits::kReadBatchRecordsMax / limits::kEventsPerAppendMax; ++i) {
        ASSERT_TRUE(
            log_.Append(MakeAppend(fmt::format("{}", i), std::vector<TestEvent>(limits::kEventsPerAppendMax))).ok());
    }
    const auto records = log_.Read({.limit = 1'000'000});
    ASSERT_TRUE(records.ok());
    EXPECT_EQ(records->records.size(), limits::kReadBatchRecordsMax);
    EXPECT_EQ(records->next, Position{limits::kReadBatchRecordsMax});
    const TestEvent large{.tags = {"large:1"}, .body = std::string(limits::kBodyBytesMax, 'b')};
    ASSERT_TRUE(log_.Append(MakeAppend("c", std::vector<TestEvent>(8, large))).ok());
    const auto bytes = log_.Read({.query = AnyOf({}, {"large:1"})});
    ASSERT_TRUE(bytes.ok());
    EXPECT_LE(bytes->records.size(), 5U);
    EXPECT_TRUE(bytes->next);
    EXPECT_EQ(Positions({.query = AnyOf({}, {"large:1"})}).size(), 8U);
    const auto fewer = log_.Read({.query = AnyOf({}, {"large:1"}), .bytes_max = 1});
    ASSERT_TRUE(fewer.ok());
    EXPECT_EQ(fewer->records.size(), 1U) << "one at least, however large";
}

TEST_P(RecordLogContract, LeavesBodiesOutWhenAskedForHeadersOnly) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.body = "sealed"}})).ok());
    const auto batch = log_.Read({.headers_only = true});
    ASSERT_TRUE(batch.ok());
    ASSERT_EQ(batch->records.size(), 1U);
    EXPECT_THAT(batch->records[0].sealed_body, IsEmpty());
    EXPECT_FALSE(batch->records[0].header.empty());
}

TEST_P(RecordLogContract, NeverLetsRecordedTimeRunBackwards) {
    const auto recorded_at = [this](std::uint64_t position) {
        const auto batch = log_.Read({.from = Position{position}, .limit = 1});
        eventstore::v1::RecordHeader header;
        EXPECT_TRUE(header.ParseFromString(batch->records.front().header));
        return header.recorded_at_us();
    };
    const std::int64_t start = ToMicros(under_test_.clock->Now());
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{}})).ok());
    under_test_.clock->MoveTo(FromMicros(start + 1'000'000));
    ASSERT_TRUE(log_.Append(MakeAppend("b", {{}})).ok());
    EXPECT_EQ(recorded_at(0), start);
    EXPECT_EQ(recorded_at(1), start + 1'000'000);
}

TEST_P(RecordLogContract, TellsListenersOfEachCommitUntilTheyLeave) {
    std::vector<Position> first_heard;
    std::vector<Position> second_heard;
    std::shared_ptr<void> first = log_.Listen([&](Position end) { first_heard.push_back(end); });
    const std::shared_ptr<void> second = log_.Listen([&](Position end) { second_heard.push_back(end); });
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{}, {}})).ok());
    first.reset();
    ASSERT_TRUE(log_.Append(MakeAppend("b", {{}})).ok());
    ASSERT_TRUE(log_.Append(MakeAppend("b", {{}})).ok());
    EXPECT_THAT(first_heard, ElementsAre(Position{2}));
    EXPECT_THAT(second_heard, ElementsAre(Position{2}, Position{3}));
}

TEST_P(RecordLogContract, LetsAListenerLeaveReadAndListenWhileItIsCalled) {
    std::shared_ptr<void> self;
    std::shared_ptr<void> other;
    int calls = 0;
    Position seen{};
    self = log_.Listen([&](Position) {
        ++calls;
        seen = log_.End();
        other = log_.Listen([](Position) {});
        self.reset();
    });
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{}})).ok());
    ASSERT_TRUE(log_.Append(MakeAppend("b", {{}})).ok());
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(seen, Position{1});
}

TEST_P(RecordLogContract, DeletesTheBodiesOfOneSubjectAndKeepsItsHeaders) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.subject = TestSubject(1), .body = "one"},
                                             {.subject = TestSubject(2), .body = "two"},
                                             {.subject = TestSubject(1), .body = "three"}}))
                    .ok());
    ASSERT_TRUE(log_.Append(MakeAppend("b", {{.subject = TestSubject(1), .body = "four"}})).ok());
    const auto before = log_.Read({});
    const auto deleted = log_.DeleteBodies(TestSubject(1));
    ASSERT_TRUE(deleted.ok()) << deleted.status();
    EXPECT_EQ(*deleted, 3U);
    const auto after = log_.Read({});
    ASSERT_TRUE(after.ok()) << after.status();
    ASSERT_EQ(after->records.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(after->records[i].header, before->records[i].header);
    EXPECT_EQ(after->records[0].sealed_body, "");
    EXPECT_EQ(after->records[1].sealed_body, "two");
    EXPECT_EQ(after->records[2].sealed_body, "");
    EXPECT_EQ(after->records[3].sealed_body, "");
    EXPECT_EQ(*log_.DeleteBodies(TestSubject(1)), 0U);
}

TEST_P(RecordLogContract, RefusesAppendsAboutASubjectWhoseBodiesWereDeleted) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{.subject = TestSubject(1)}})).ok());
    ASSERT_TRUE(log_.DeleteBodies(TestSubject(1)).ok());
    const auto refused = log_.Append(MakeAppend("b", {{.subject = TestSubject(2)}, {.subject = TestSubject(1)}}));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(refused.status()), "SUBJECT_ERASED");
    EXPECT_EQ(log_.End(), Position{1});
    EXPECT_TRUE(log_.Append(MakeAppend("a", {{.subject = TestSubject(1)}}))->repeated);
}

TEST_P(RecordLogContract, KeepsATreeOverItsHeaders) {
    EXPECT_EQ(log_.Tree().Root(), EmptyRoot());
    Frontier expected;
    std::vector<CompleteSubtree> unused;
    for (int append = 0; append < 30; ++append) {
        ASSERT_TRUE(log_.Append(MakeAppend(fmt::format("{}", append), std::vector<TestEvent>(19))).ok());
    }
    for (std::uint64_t position : Positions({})) {
        const auto record = log_.Read({.from = Position{position}, .limit = 1, .headers_only = true});
        ASSERT_TRUE(record.ok());
        expected.Add(LeafHash(record->records.front().header), unused);
        if (position % 100 == 0) {
            EXPECT_EQ(RootAt(log_.TreeHashes(), position + 1).value(), expected.Root());
        }
    }
    EXPECT_EQ(log_.Tree(), expected);
    EXPECT_EQ(log_.Tree().size(), 570U);
    const auto proof = ConsistencyProof(log_.TreeHashes(), 300, 570);
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_TRUE(VerifyConsistency(300, RootAt(log_.TreeHashes(), 300).value(), 570, expected.Root(), *proof));
}

TEST_P(RecordLogContract, CountsCommitsAndAppends) {
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{}, {}})).ok());
    ASSERT_TRUE(log_.Append(MakeAppend("a", {{}, {}})).ok());
    ASSERT_TRUE(log_.Append(MakeAppend("b", {{}})).ok());
    EXPECT_EQ(log_.Counters().commits, 2U);
    EXPECT_EQ(log_.Counters().appends, 2U);
}

}  // namespace throughline::testing
