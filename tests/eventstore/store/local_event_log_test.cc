// Plaintext goes in and comes out; between the two everything is sealed, and a command has one answer.
#include "eventstore/store/local_event_log.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/store/store_under_test.h"

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class LocalEventLogTest : public ::testing::Test {
  protected:
    StoreUnderTest store_;
    SubjectId pupil_ = store_.Pupil();
};

TEST_F(LocalEventLogTest, ReadsBackWhatWasAppended) {
    NewEvent first = EventAbout(pupil_, "first");
    first.causation = RandomUuid();
    const NewEvent second = EventAbout(store_.Pupil("B"), "second");
    const auto appended = store_.Append(NewCommand(), {first, second});
    ASSERT_TRUE(appended.ok()) << appended.status();
    EXPECT_EQ(appended->first, Position{0});
    EXPECT_EQ(appended->last, Position{1});
    const auto all = store_.All();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].body, "first");
    EXPECT_EQ(all[1].body, "second");
    const auto& header = all[0].header;
    EXPECT_EQ(header.event_id(), first.id.AsBytes());
    EXPECT_EQ(header.type(), first.type);
    EXPECT_EQ(header.schema_version(), 1U);
    EXPECT_EQ(header.key_id(), pupil_.AsBytes());
    EXPECT_EQ(header.correlation_id(), first.correlation.AsBytes());
    EXPECT_EQ(header.causation_id(), first.causation->AsBytes());
    EXPECT_EQ(header.request_size(), 2U);
    EXPECT_EQ(all[1].header.request_index(), 1U);
    EXPECT_EQ(all[1].header.command_hash(), header.command_hash());
    EXPECT_EQ(all[1].header.causation_id(), "");
    EXPECT_EQ(header.recorded_at_us(), ToMicros(store_.clock.Now()));
}

TEST_F(LocalEventLogTest, SortsTagsAndKeepsEachOnce) {
    ASSERT_TRUE(store_.Append(NewCommand(), {EventAbout(pupil_, "", {"strand:2", "pupil:1", "strand:2"})}).ok());
    EXPECT_THAT(store_.All()[0].header.tags(), ElementsAre("pupil:1", "strand:2"));
}

TEST_F(LocalEventLogTest, GivesEventsWithoutACorrelationOneTogether) {
    NewEvent first = EventAbout(pupil_, "1");
    NewEvent second = EventAbout(pupil_, "2");
    first.correlation = second.correlation = Uuid{};
    ASSERT_TRUE(store_.Append(NewCommand(), {first, second}).ok());
    const auto all = store_.All();
    EXPECT_EQ(all[0].header.correlation_id().size(), 16U);
    EXPECT_EQ(all[0].header.correlation_id(), all[1].header.correlation_id());
}

TEST_F(LocalEventLogTest, StoresNothingInTheClear) {
    CommandKey key = NewCommand("canary-request");
    key.caller = "canary-caller";
    ASSERT_TRUE(store_.Append(key, {EventAbout(pupil_, "canary-body")}).ok());
    const auto batch = *store_.records.Read({});
    EXPECT_THAT(batch.records[0].header + batch.records[0].sealed_body, Not(HasSubstr("canary")));
}

TEST_F(LocalEventLogTest, AFailedConditionStoresNothing) {
    const Query about_pupil{{{{}, {"pupil:1"}}}};
    const std::vector<NewEvent> event{EventAbout(pupil_, "1")};
    ASSERT_TRUE(store_.log.Append(NewCommand(), Condition{about_pupil, std::nullopt}, event).ok());
    const std::vector<NewEvent> another{EventAbout(pupil_, "2")};
    const auto refused = store_.log.Append(NewCommand(), Condition{about_pupil, std::nullopt}, another);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kAborted);
    EXPECT_EQ(ReasonOf(refused.status()), "CONDITION_FAILED");
    EXPECT_TRUE(store_.log.Append(NewCommand(), Condition{about_pupil, Position{0}}, another).ok());
    EXPECT_EQ(store_.log.End(), Position{2});
}

TEST_F(LocalEventLogTest, RepeatingACommandGivesItsFirstAnswer) {
    const CommandKey key = NewCommand();
    const auto first = store_.Append(key, {EventAbout(pupil_, "1"), EventAbout(pupil_, "2")});
    ASSERT_TRUE(first.ok());
    ASSERT_TRUE(store_.Append(NewCommand(), {EventAbout(pupil_, "3")}).ok());
    // A caller that decided again brings other ids, and perhaps another number of events.
    const auto again = store_.Append(key, {EventAbout(pupil_, "1 again")});
    ASSERT_TRUE(again.ok()) << again.status();
    const auto found = store_.log.FindCommand(key);
    ASSERT_TRUE(found.ok() && found->has_value()) << found.status();
    EXPECT_FALSE(first->repeated);
    for (const Appended& repeated : {*again, **found}) {
        EXPECT_TRUE(repeated.repeated);
        EXPECT_EQ(repeated.first, first->first);
        EXPECT_EQ(repeated.last, first->last);
        ASSERT_EQ(repeated.headers.size(), 2U);
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_EQ(repeated.headers[i].SerializeAsString(), first->headers[i].SerializeAsString());
        }
    }
    EXPECT_EQ(store_.log.End(), Position{3});
}

TEST_F(LocalEventLogTest, ACommandIdWithAnotherRequestIsRefused) {
    const CommandKey key = NewCommand("request");
    ASSERT_TRUE(store_.Append(key, {EventAbout(pupil_, "1")}).ok());
    const CommandKey other{key.caller, key.command, "other request"};
    EXPECT_EQ(ReasonOf(store_.Append(other, {EventAbout(pupil_, "1")}).status()), "COMMAND_REUSED");
    const auto found = store_.log.FindCommand(other);
    EXPECT_EQ(found.status().code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(ReasonOf(found.status()), "COMMAND_REUSED");
}

TEST_F(LocalEventLogTest, TwoCallersMayChooseTheSameCommandId) {
    const CommandKey key = NewCommand();
    ASSERT_TRUE(store_.Append(key, {EventAbout(pupil_, "1")}).ok());
    const CommandKey others{"person-2", key.command, "another request"};
    EXPECT_EQ(*store_.log.FindCommand(others), std::nullopt);
    const auto appended = store_.Append(others, {EventAbout(pupil_, "2")});
    ASSERT_TRUE(appended.ok()) << appended.status();
    EXPECT_FALSE(appended->repeated);
}

TEST_F(LocalEventLogTest, FindsTheAnswerOfAThousandEvents) {
    std::vector<NewEvent> events;
    for (int i = 0; i < 1'000; ++i) events.push_back(EventAbout(pupil_, std::to_string(i)));
    const CommandKey key = NewCommand();
    ASSERT_TRUE(store_.Append(key, events).ok());
    const auto found = store_.log.FindCommand(key);
    ASSERT_TRUE(found.ok() && found->has_value()) << found.status();
    EXPECT_EQ((*found)->headers.size(), 1'000U);
    EXPECT_EQ((*found)->headers[999].event_id(), events[999].id.AsBytes());
}

TEST_F(LocalEventLogTest, ManyWhoSendTheSameCommandAtOnceGetOneAnswer) {
    const CommandKey key = NewCommand();
    std::vector<std::thread> callers;
    std::atomic<int> stored{0};
    for (int caller = 0; caller < 8; ++caller) {
        callers.emplace_back([&] {
            const auto appended = store_.Append(key, {EventAbout(pupil_, "1")});
            ASSERT_TRUE(appended.ok()) << appended.status();
            EXPECT_EQ(appended->first, Position{0});
            if (!appended->repeated) ++stored;
        });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(stored, 1);
    EXPECT_EQ(store_.log.End(), Position{1});
}

TEST_F(LocalEventLogTest, AnErasedSubjectReadsAsNothingAndTakesNoMore) {
    const CommandKey key = NewCommand();
    const SubjectId other = store_.Pupil("B");
    ASSERT_TRUE(store_.Append(key, {EventAbout(pupil_, "1"), EventAbout(other, "2")}).ok());
    ASSERT_TRUE(store_.vault->Erase(pupil_).ok());
    const auto all = store_.All();
    EXPECT_EQ(all[0].body, std::nullopt);
    EXPECT_EQ(all[1].body, "2");
    EXPECT_EQ(ReasonOf(store_.log.FindCommand(key).status()), "SUBJECT_ERASED");
    EXPECT_EQ(ReasonOf(store_.Append(key, {EventAbout(pupil_, "1")}).status()), "SUBJECT_ERASED");
    EXPECT_EQ(ReasonOf(store_.Append(NewCommand(), {EventAbout(other, "3"), EventAbout(pupil_, "4")}).status()),
              "SUBJECT_ERASED");
    EXPECT_EQ(store_.log.End(), Position{2});
    ASSERT_TRUE(store_.records.DeleteBodies(pupil_).ok());
    EXPECT_EQ(store_.All()[0].body, std::nullopt);
}

TEST_F(LocalEventLogTest, RefusesAnUnknownSubject) {
    EXPECT_EQ(ReasonOf(store_.Append(NewCommand(), {EventAbout(SubjectId{RandomUuid()}, "1")}).status()),
              "UNKNOWN_SUBJECT");
}

TEST_F(LocalEventLogTest, OpensARecordThatCameAnotherWay) {
    ASSERT_TRUE(store_.Append(NewCommand(), {EventAbout(pupil_, "1")}).ok());
    StoredRecord stored = store_.records.Read({})->records[0];
    EXPECT_EQ(store_.log.Open(stored)->body, "1");
    stored.position = Position{7};
    EXPECT_EQ(store_.log.Open(stored).status().code(), absl::StatusCode::kDataLoss);
    stored.header = "garbage";
    EXPECT_EQ(store_.log.Open(stored).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LocalEventLogTest, OpensABodyOntoWhatIsThereAlready) {
    ASSERT_TRUE(store_.Append(NewCommand(), {EventAbout(pupil_, "1")}).ok());
    const StoredRecord stored = store_.records.Read({})->records[0];
    std::string out = "before ";
    const RecordView view{stored.position, stored.header, stored.sealed_body};
    EXPECT_EQ(*store_.log.OpenBody(view, out), true);
    EXPECT_EQ(out, "before 1");
    const RecordView elsewhere{Position{7}, stored.header, stored.sealed_body};
    EXPECT_EQ(store_.log.OpenBody(elsewhere, out).status().code(), absl::StatusCode::kDataLoss);
    const RecordView unreadable{stored.position, "garbage", stored.sealed_body};
    EXPECT_EQ(store_.log.OpenBody(unreadable, out).status().code(), absl::StatusCode::kDataLoss);
    ASSERT_TRUE(store_.vault->Erase(pupil_).ok());
    EXPECT_EQ(*store_.log.OpenBody(view, out), false);
    EXPECT_EQ(out, "before 1");
}

TEST_F(LocalEventLogTest, AnswersWithoutHeadersWhereOnlyPositionsAreAskedFor) {
    const CommandKey key = NewCommand();
    const std::vector<NewEvent> events{EventAbout(pupil_, "1"), EventAbout(pupil_, "2")};
    std::vector<Appended> answers;
    for (int i = 0; i < 2; ++i) {
        // A repeat comes with another correlation; the answer has that of what was stored first.
        std::vector<NewEvent> again = events;
        if (i == 1) again.front().correlation = RandomUuid();
        store_.log.BeginAppend(key, std::nullopt, again, AnswerWith::kPositions, [&](absl::StatusOr<Appended> given) {
            ASSERT_TRUE(given.ok()) << given.status();
            answers.push_back(*std::move(given));
        });
    }
    ASSERT_EQ(answers.size(), 2U);
    for (const Appended& answer : answers) {
        EXPECT_EQ(answer.first, Position{0});
        EXPECT_EQ(answer.last, Position{1});
        EXPECT_EQ(answer.correlation, events.front().correlation);
        EXPECT_TRUE(answer.headers.empty());
    }
    EXPECT_FALSE(answers[0].repeated);
    EXPECT_TRUE(answers[1].repeated);
}

TEST_F(LocalEventLogTest, TellsWhoWaitsOfARefusalInTheCallItself) {
    absl::Status refusal;
    const NewEvent nobodys = EventAbout(SubjectId{RandomUuid()}, "1");
    store_.log.BeginAppend(NewCommand(), std::nullopt, {&nobodys, 1}, AnswerWith::kPositions,
                           [&](const absl::StatusOr<Appended>& given) { refusal = given.status(); });
    EXPECT_EQ(ReasonOf(refusal), "UNKNOWN_SUBJECT");
    store_.log.BeginAppend(NewCommand(), std::nullopt, {}, AnswerWith::kPositions,
                           [&](const absl::StatusOr<Appended>& given) { refusal = given.status(); });
    EXPECT_EQ(refusal.code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(LocalEventLogTest, ReadsHeadersWithoutOpeningBodies) {
    ASSERT_TRUE(store_.Append(NewCommand(), {EventAbout(pupil_, "1")}).ok());
    ReadOptions options;
    options.headers_only = true;
    const auto batch = store_.log.Read(options);
    ASSERT_TRUE(batch.ok()) << batch.status();
    EXPECT_EQ(batch->records[0].header.type(), kType);
    EXPECT_EQ(batch->records[0].body, std::nullopt);
}

TEST_F(LocalEventLogTest, TellsListenersAndWhoItIs) {
    Position seen{};
    const auto listening = store_.log.Listen([&](Position end) { seen = end; });
    ASSERT_TRUE(store_.Append(NewCommand(), {EventAbout(pupil_, "1")}).ok());
    EXPECT_EQ(seen, Position{1});
    EXPECT_EQ(store_.log.StoreId(), store_.records.StoreId());
    EXPECT_FALSE(store_.log.Synthetic());
}

}  // namespace
}  // namespace throughline
