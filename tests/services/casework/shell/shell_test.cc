// The shell: what a lost race, a lost answer and a deadline do to a command.
#include "services/casework/shell/shell.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/casework/shell/deadline.h"
#include "tests/services/casework/ground.h"

namespace throughline {
namespace {

using namespace story;

class ShellTest : public testing::Test {
  protected:
    ShellTest() { ground_.SetUpPupil(); }

    /// Runs `rival` before the first append that comes, and before no other.
    template <class Rival>
    void ComeFirst(Rival rival) {
        ground_.meddled_log().before_append = [this, rival] {
            ground_.meddled_log().before_append = nullptr;
            rival();
        };
    }

    /// A rival that always comes first: the same kind of fact, straight into the log.
    void AddBesideCasework(const std::string& referral_id) {
        NewEvent event;
        event.id = EventId{RandomUuid()};
        event.subject = SubjectId{*ParseUuid(ground_.pupil_id)};
        const ev::Fact fact = Supported(ev::PRIOR_SUPPORT_KIND_OTHER);
        event.type = TypeOf(fact);
        event.tags = {"pupil:" + ground_.pupil_id, "referral:" + referral_id};
        event.body = fact.SerializeAsString();
        event.correlation = RandomUuid();
        const CommandKey key{"rival", CommandId{RandomUuid()}, "rival"};
        EXPECT_TRUE(ground_.log().Append(key, std::nullopt, {&event, 1}).ok());
    }

    std::atomic<int> attempts_ = 0;  // Outlives the ground, whose server may still be at a call that was given up.
    Ground ground_;
    const Identity leader_ = ground_.Leader();
};

TEST_F(ShellTest, LoadsAndDecidesAgainWhenSomethingNewerMatches) {
    const auto raised = ground_.Send(leader_, ground_.Raise());
    auto view = GiveProfessionalView(ev::STAFF_ROLE_SENIOR_LEADER);
    view.set_referral_id(raised.response.referral_id());
    ComeFirst([&] {
        auto support = RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_OTHER);
        support.set_referral_id(raised.response.referral_id());
        ASSERT_TRUE(ground_.Send(leader_, support).ok());
    });
    EXPECT_TRUE(ground_.Send(leader_, view).ok()) << "the race is lost in silence, the second attempt is won";
}

TEST_F(ShellTest, GivesTheRulesReasonWhenARivalMadeTheRuleRefuse) {
    ComeFirst([&] { ASSERT_TRUE(ground_.Send(leader_, ground_.Raise()).ok()); });
    EXPECT_EQ(ReasonOf(ground_.Send(leader_, ground_.Raise()).status), "OPEN_REFERRAL_EXISTS");
}

TEST_F(ShellTest, GivesTheFirstAnswerWhenTheRivalIsTheSameCommandSentTwice) {
    auto raise = ground_.Raise();
    raise.set_command_id(NewCommandId());
    std::string first;
    ComeFirst([&] { first = ground_.Send(leader_, raise).response.referral_id(); });
    const auto reply = ground_.Send(leader_, raise);
    ASSERT_TRUE(reply.ok()) << reply.status;
    EXPECT_TRUE(reply.repeated);
    EXPECT_EQ(reply.response.referral_id(), first);
}

TEST_F(ShellTest, GivesTheFirstAnswerToARepeatAfterItsAnswerWasLost) {
    auto raise = ground_.Raise();
    raise.set_command_id(NewCommandId());
    ground_.meddled_log().on_answer = [](const absl::Status&) { return absl::UnavailableError("the line was cut"); };
    EXPECT_EQ(ground_.Send(leader_, raise).status.code(), absl::StatusCode::kUnavailable);
    ground_.meddled_log().on_answer = nullptr;
    const std::size_t records = ground_.RecordCount();
    const auto again = ground_.Send(leader_, raise);
    ASSERT_TRUE(again.ok()) << again.status;
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(ground_.RecordCount(), records);
}

TEST_F(ShellTest, TriesAgainUntilTheDeadlineAndNoLonger) {
    const auto raised = ground_.Send(leader_, ground_.Raise());
    auto support = RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_OTHER);
    support.set_referral_id(raised.response.referral_id());
    ground_.meddled_log().before_append = [this, support] {
        ++attempts_;
        AddBesideCasework(support.referral_id());
    };
    ground_.call_timeout = std::chrono::milliseconds(200);
    const absl::Status status = ground_.Send(leader_, support).status;
    EXPECT_THAT(status.code(), testing::AnyOf(absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kAborted));
    EXPECT_GT(attempts_, 1) << "that the server is done with the call is seen when the ground is taken down";
}

TEST_F(ShellTest, HandsOnWhatTheLogCannotDo) {
    ground_.meddled_log().on_answer = [](const absl::Status&) {
        return WithReason(absl::ResourceExhaustedError("the disk is full"), "DISK_FULL");
    };
    const absl::Status status = ground_.Send(leader_, ground_.Raise()).status;
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(status), "DISK_FULL");
}

TEST(DeadlineTest, EndsWithTheCallersAndIsBoundedWithoutOne) {
    const auto now = std::chrono::system_clock::now();
    EXPECT_TRUE(Deadline(now - std::chrono::seconds(1)).Passed());
    EXPECT_FALSE(Deadline(now + std::chrono::seconds(30)).Passed());
    EXPECT_FALSE(Deadline(Deadline::Time::max()).Passed());
}

TEST(KeyOfTest, IsTheSameExactlyForTheSamePersonCommandAndContent) {
    const Identity person{Party::kStaff, "person", "A name", {}, "123456"};
    Identity renamed = person;
    renamed.name = "Another name";
    const CommandId command{RandomUuid()};
    const CommandKey key = KeyOf(person, command, RaiseReferral());
    EXPECT_EQ(KeyOf(renamed, command, RaiseReferral()).caller, key.caller);
    EXPECT_EQ(KeyOf(person, command, RaiseReferral()).request, key.request);
    auto other = RaiseReferral();
    other.set_concern("Something else");
    EXPECT_NE(KeyOf(person, command, other).request, key.request);
    const Identity an_operator{Party::kOperator, "person", "A name", {}, ""};
    EXPECT_NE(KeyOf(an_operator, command, RaiseReferral()).caller, key.caller);
    // Two messages with equal bytes are two requests.
    EXPECT_NE(KeyOf(person, command, cw::RaiseReferralRequest()).request,
              KeyOf(person, command, cw::DeclineReferralRequest()).request);
}

TEST(KeyOfTest, IsTheSameHoweverTheCommandIdIsSpelt) {
    const Identity person{Party::kStaff, "person", "A name", {}, "123456"};
    const CommandId command{RandomUuid()};
    auto lower = RaiseReferral();
    lower.set_command_id("aa000000-0000-4000-8000-00000000000b");
    auto upper = RaiseReferral();
    upper.set_command_id("AA000000-0000-4000-8000-00000000000B");
    EXPECT_EQ(KeyOf(person, command, upper).request, KeyOf(person, command, lower).request);
}

TEST_F(ShellTest, TakesACommandIdInCapitalsForTheSameCommand) {
    auto raise = ground_.Raise();
    raise.set_command_id("aa000000-0000-4000-8000-00000000000b");
    const auto first = ground_.Send(leader_, raise);
    raise.set_command_id("AA000000-0000-4000-8000-00000000000B");
    const auto again = ground_.Send(leader_, raise);
    ASSERT_TRUE(again.ok()) << again.status;
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.response.referral_id(), first.response.referral_id());
}

TEST_F(ShellTest, SaysThatACommandIdIsChosenByTheCaller) {
    auto raise = ground_.Raise();
    raise.set_command_id("not a uuid");
    const std::vector<FieldViolation> violations = FieldViolationsOf(ground_.Send(leader_, raise).status);
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(violations.front().field, "command_id");
    EXPECT_THAT(violations.front().description, testing::HasSubstr("choose a UUID yourself"));
}

}  // namespace
}  // namespace throughline
