// Every bad field of an append is named at once, at its limit and not before.
#include "eventstore/store/append_request_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "tests/eventstore/store/store_under_test.h"

namespace throughline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AppendRequestChecksTest : public ::testing::Test {
  protected:
    std::vector<std::string> BadFields() {
        std::vector<std::string> fields;
        const absl::Status status = CheckAppendRequest(key_, condition_, events_);
        for (const FieldViolation& violation : FieldViolationsOf(status)) fields.push_back(violation.field);
        EXPECT_EQ(status.ok(), fields.empty()) << status;
        return fields;
    }
    NewEvent& event() { return events_.front(); }

    CommandKey key_ = NewCommand();
    std::optional<Condition> condition_;
    std::vector<NewEvent> events_{EventAbout(SubjectId{RandomUuid()}, "body")};
};

TEST_F(AppendRequestChecksTest, AcceptsWhatIsAtItsLimit) {
    event().type = std::string(limits::kTypeBytesMax, 't');
    event().body = std::string(limits::kBodyBytesMax, 'b');
    event().tags.clear();
    for (std::size_t i = 0; i < limits::kTagsPerEventMax; ++i) {
        event().tags.push_back(std::to_string(i) + ":" + std::string(limits::kTagBytesMax - 2, 'i'));
    }
    condition_ = Condition{{std::vector<QueryItem>(limits::kQueryItemsMax, {{"type"}, {"pupil:1"}})}, std::nullopt};
    EXPECT_THAT(BadFields(), IsEmpty());
}

TEST_F(AppendRequestChecksTest, NamesEveryBadFieldAtOnce) {
    key_.command = CommandId{};
    event().id = EventId{};
    event().subject = SubjectId{};
    event().type = "";
    event().tags = {"untagged"};
    event().body = std::string(limits::kBodyBytesMax + 1, 'b');
    event().schema_version = 0;
    EXPECT_THAT(BadFields(), ElementsAre("command_id", "events[0].event_id", "events[0].subject_id", "events[0].type",
                                         "events[0].tags[0]", "events[0].body", "events[0].schema_version"));
}

TEST_F(AppendRequestChecksTest, RefusesNoneAndTooManyEvents) {
    const NewEvent one = event();
    events_.clear();
    EXPECT_THAT(BadFields(), ElementsAre("events"));
    for (std::size_t i = 0; i <= limits::kEventsPerAppendMax; ++i) {
        events_.push_back(one);
        events_.back().id = EventId{RandomUuid()};
    }
    EXPECT_THAT(BadFields(), ElementsAre("events"));
}

TEST_F(AppendRequestChecksTest, RefusesTagsThatAreNone) {
    for (const std::string& tag : {std::string(), std::string("pupil"), std::string(":1"), std::string("pupil:"),
                                   std::string("pupil:1\0", 8), "pupil:" + std::string(limits::kTagBytesMax, '1')}) {
        event().tags = {"pupil:1", tag};
        EXPECT_THAT(BadFields(), ElementsAre("events[0].tags[1]")) << tag;
    }
    event().tags.assign(limits::kTagsPerEventMax + 1, "pupil:1");
    EXPECT_THAT(BadFields(), ElementsAre("events[0].tags"));
}

TEST_F(AppendRequestChecksTest, RefusesOneEventIdTwice) {
    events_.push_back(event());
    EXPECT_THAT(BadFields(), ElementsAre("events[1].event_id"));
}

TEST_F(AppendRequestChecksTest, RefusesTooManyBytesTogether) {
    event().body = std::string(limits::kBodyBytesMax, 'b');
    while (events_.size() * limits::kBodyBytesMax <= limits::kAppendBytesMax) {
        events_.push_back(event());
        events_.back().id = EventId{RandomUuid()};
    }
    EXPECT_THAT(BadFields(), ElementsAre("events"));
}

TEST_F(AppendRequestChecksTest, RefusesConditionsOverTheirLimits) {
    condition_ = Condition{{std::vector<QueryItem>(limits::kQueryItemsMax + 1)}, std::nullopt};
    condition_->query.items[0].types.assign(limits::kTypesPerItemMax + 1, "type");
    condition_->query.items[1].tags.assign(limits::kTagsPerItemMax + 1, "pupil:1");
    condition_->query.items[2].types = {""};
    EXPECT_THAT(BadFields(), ElementsAre("condition.query.items", "condition.query.items[0].types",
                                         "condition.query.items[1].tags", "condition.query.items[2].types[0]"));
}

TEST_F(AppendRequestChecksTest, NamesAQueryByTheFieldItStandsIn) {
    const Query query{{{{"type", ""}, {"pupil:1", "untagged"}}}};
    std::vector<std::string> fields;
    for (const FieldViolation& violation : FieldViolationsOf(CheckQueryAt("query", query))) {
        fields.push_back(violation.field);
    }
    EXPECT_THAT(fields, ElementsAre("query.items[0].types[1]", "query.items[0].tags[1]"));
    EXPECT_TRUE(CheckQueryAt("query", Query{}).ok());
}

TEST_F(AppendRequestChecksTest, RefusesACauseThatIsNoUuid) {
    event().causation = Uuid{};
    EXPECT_THAT(BadFields(), ElementsAre("events[0].causation_id"));
}

TEST_F(AppendRequestChecksTest, SaysWhatAFieldShouldBeWithBothNumbers) {
    event().body = std::string(limits::kBodyBytesMax + 1, 'b');
    const auto violations = FieldViolationsOf(CheckAppendRequest(key_, condition_, events_));
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(violations[0].description, "must have at most 262144 bytes, has 262145");
}

TEST_F(AppendRequestChecksTest, NeverRepeatsWhatWasSent) {
    event().tags = {"canary"};
    const absl::Status status = CheckAppendRequest(key_, condition_, events_);
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("canary")));
}

TEST_F(AppendRequestChecksTest, BoundsWhatItAnswers) {
    events_.assign(limits::kEventsPerAppendMax, NewEvent{});
    EXPECT_EQ(BadFields().size(), 100U);
}

}  // namespace
}  // namespace throughline
