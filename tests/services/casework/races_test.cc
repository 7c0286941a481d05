// Commands at the same instant: rules hold, and nobody is refused for a race.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <map>
#include <mutex>
#include <thread>

#include "tests/services/casework/ground.h"

namespace throughline {
namespace {

using namespace story;

/// Runs `call(i)` for i = 0 … count - 1, all at once.
template <class Call>
void AtOnce(int count, Call call) {
    std::latch start(count);
    std::vector<std::thread> callers;
    for (int i = 0; i < count; ++i) {
        callers.emplace_back([&, i] {
            start.arrive_and_wait();
            call(i);
        });
    }
    for (std::thread& caller : callers) caller.join();
}

/// Counts reasons; "" counts what was accepted.
class Tally {
  public:
    void Add(const absl::Status& status) {
        const std::lock_guard lock(mutex_);
        ++counts_[status.ok() ? "" : ReasonOf(status).empty() ? status.ToString() : ReasonOf(status)];
    }
    std::map<std::string, int> counts() const { return counts_; }

  private:
    std::mutex mutex_;
    std::map<std::string, int> counts_;
};

TEST(RacesTest, RaisesOneReferralOfAHundredAndRefusesTheOthersForTheRule) {
    Ground ground;
    ground.SetUpPupil();
    const Identity leader = ground.Leader();
    Tally tally;
    AtOnce(100, [&](int) { tally.Add(ground.Send(leader, ground.Raise()).status); });
    const std::map<std::string, int> expected = {{"", 1}, {"OPEN_REFERRAL_EXISTS", 99}};
    EXPECT_EQ(tally.counts(), expected);
}

TEST(RacesTest, AnswersTheSameCommandSentFiftyTimesAtOnceWithOneReferral) {
    Ground ground;
    ground.SetUpPupil();
    const Identity leader = ground.Leader();
    auto raise = ground.Raise();
    raise.set_command_id(NewCommandId());
    Tally tally;
    std::mutex mutex;
    std::map<std::string, int> referrals;
    std::atomic<int> first_answers = 0;
    AtOnce(50, [&](int) {
        const auto reply = ground.Send(leader, raise);
        tally.Add(reply.status);
        if (!reply.repeated) ++first_answers;
        const std::lock_guard lock(mutex);
        ++referrals[reply.response.referral_id()];
    });
    const std::map<std::string, int> expected = {{"", 50}};
    EXPECT_EQ(tally.counts(), expected);
    EXPECT_EQ(referrals.size(), 1U);
    EXPECT_EQ(first_answers, 1);
}

TEST(RacesTest, LosesNothingWhenManyWriteToOneReferral) {
    Ground ground;
    ground.SetUpPupil();
    const Identity leader = ground.Leader();
    const auto raised = ground.Send(leader, ground.Raise());
    ASSERT_TRUE(raised.ok());
    const std::size_t before = ground.RecordCount();
    Tally tally;
    AtOnce(40, [&](int) {
        auto support = RecordPriorSupport(ev::PRIOR_SUPPORT_KIND_OTHER);
        support.set_referral_id(raised.response.referral_id());
        tally.Add(ground.Send(leader, support).status);
    });
    const std::map<std::string, int> expected = {{"", 40}};
    EXPECT_EQ(tally.counts(), expected);
    EXPECT_EQ(ground.RecordCount(), before + 40);
}

TEST(RacesTest, RegistersAUpnOnce) {
    Ground ground;
    ground.SetUpSchool();
    const Identity leader = ground.Leader();
    Tally tally;
    AtOnce(20, [&](int) {
        auto pupil = RegisterPupil();
        pupil.set_school_id(ground.school_id);
        tally.Add(ground.Send(leader, pupil).status);
    });
    const std::map<std::string, int> expected = {{"", 1}, {"UPN_ALREADY_REGISTERED", 19}};
    EXPECT_EQ(tally.counts(), expected);
}

TEST(RacesTest, DecidesAReferralOnceWhenItIsAcceptedAndDeclinedAtOnce) {
    Ground ground;
    ground.SetUpPupil();
    const Identity leader = ground.Leader();
    const auto raised = ground.Send(leader, ground.Raise());
    Tally tally;
    AtOnce(20, [&](int i) {
        auto accept = AcceptReferral();
        accept.set_referral_id(raised.response.referral_id());
        auto decline = DeclineReferral();
        decline.set_referral_id(raised.response.referral_id());
        tally.Add(i % 2 == 0 ? ground.Send(leader, accept).status : ground.Send(leader, decline).status);
    });
    const std::map<std::string, int> expected = {{"", 1}, {"REFERRAL_NOT_OPEN", 19}};
    EXPECT_EQ(tally.counts(), expected);
}

}  // namespace
}  // namespace throughline
