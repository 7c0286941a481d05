// The chronology as callers see it: who may ask, what is refused, pages, past days, and waiting for one's own writes.
#include "services/views/chronology_service.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "projections/runner/log_feed.h"
#include "tests/services/views/views_under_test.h"

namespace throughline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using views::v1::GetChronologyRequest;
using views::v1::GetChronologyResponse;

class ChronologyServiceTest : public testing::Test {
  protected:
    static std::vector<std::string> Concerns(const GetChronologyResponse& response) {
        std::vector<std::string> concerns;
        for (const auto& entry : response.entries()) concerns.push_back(entry.fact().referral().raised().concern());
        return concerns;
    }

    static std::vector<std::string> BadFields(const grpc::Status& status) {
        std::vector<std::string> fields;
        for (const FieldViolation& bad : FieldViolationsOf(FromGrpcStatus(status))) fields.push_back(bad.field);
        return fields;
    }

    void Register() { views.Add(views.ada.Registered(PupilFacts::On(2025, 8, 31), "Ada", "Field")); }

    std::string Raise(int day) {
        return views.Add(views.ada.Raised(PupilFacts::On(2025, 9, day), "on day " + std::to_string(day)));
    }

    StandingClock clock{FromMicros(1'760'000'000'000'000)};
    PlainLog log{clock};
    ViewsUnderTest views{std::make_unique<LogFeed>(log), log, clock};
    GetChronologyResponse response;
};

TEST_F(ChronologyServiceTest, AnswersStaffOfThePupilsSchool) {
    Register();
    Raise(2);
    Raise(1);
    ASSERT_TRUE(views.Ask(views.OfAda(), response).ok());
    EXPECT_THAT(Concerns(response), ElementsAre("", "on day 1", "on day 2"));
    EXPECT_TRUE(response.synthetic());
    EXPECT_EQ(response.next_page_token(), "");
    EXPECT_EQ(response.consistency_token(), views.TokenOfEnd());
}

TEST_F(ChronologyServiceTest, RefusesEverybodyElse) {
    Register();
    EXPECT_EQ(views.Ask(views.OfAda(), response, "").error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(views.Ask(views.OfAda(), response, "654321").error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(views.Ask(views.OfAda(), response, "999999").error_code(), grpc::StatusCode::PERMISSION_DENIED);
    grpc::ClientContext as_operator;
    as_operator.AddMetadata("party", "operator");
    EXPECT_EQ(views.chronology->GetChronology(&as_operator, views.OfAda(), &response).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(response.entries_size(), 0);
}

TEST_F(ChronologyServiceTest, SaysThatAPupilIsNotKnown) {
    GetChronologyRequest request;
    request.set_pupil_id(ToString(RandomUuid()));
    EXPECT_EQ(views.Ask(request, response).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ChronologyServiceTest, NamesEveryBadFieldAtOnce) {
    GetChronologyRequest request;
    request.set_pupil_id("nobody");
    request.set_page_size(501);
    request.set_page_token("garbage");
    request.set_consistency_token("garbage");
    request.mutable_as_known_at()->set_seconds(1'760'000'001);
    const grpc::Status refused = views.Ask(request, response);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(BadFields(refused),
                ElementsAre("pupil_id", "page_size", "as_known_at", "consistency_token", "page_token"));
}

TEST_F(ChronologyServiceTest, RefusesNumbersAndTimesThatNobodyMeans) {
    GetChronologyRequest request = views.OfAda();
    request.set_page_size(-1);
    EXPECT_THAT(BadFields(views.Ask(request, response)), ElementsAre("page_size"));
    request.set_page_size(0);
    request.mutable_as_known_at()->set_seconds(std::numeric_limits<std::int64_t>::min());
    EXPECT_THAT(BadFields(views.Ask(request, response)), ElementsAre("as_known_at"));
    request.mutable_as_known_at()->set_seconds(0);
    request.mutable_as_known_at()->set_nanos(-1);
    EXPECT_THAT(BadFields(views.Ask(request, response)), ElementsAre("as_known_at"));
    request.clear_as_known_at();
    request.set_consistency_token(EncodeConsistencyToken(log.StoreId(), Position{1'000}));
    EXPECT_THAT(BadFields(views.Ask(request, response)), ElementsAre("consistency_token"));
    request.set_consistency_token(EncodeConsistencyToken(RandomUuid(), Position{0}));
    EXPECT_THAT(BadFields(views.Ask(request, response)), ElementsAre("consistency_token"));
}

TEST_F(ChronologyServiceTest, GivesEveryEntryOnceInPages) {
    Register();
    for (int day = 1; day <= 7; ++day) Raise(day);
    GetChronologyRequest request = views.OfAda();
    request.set_page_size(3);
    std::vector<std::string> concerns;
    int pages = 0;
    do {
        GetChronologyResponse page;
        ASSERT_TRUE(views.Ask(request, page).ok());
        ASSERT_LE(page.entries_size(), 3);
        for (const std::string& concern : Concerns(page)) concerns.push_back(concern);
        request.set_page_token(page.next_page_token());
        ++pages;
    } while (!request.page_token().empty());
    EXPECT_EQ(pages, 3);
    EXPECT_THAT(concerns,
                ElementsAre("", "on day 1", "on day 2", "on day 3", "on day 4", "on day 5", "on day 6", "on day 7"));
}

TEST_F(ChronologyServiceTest, TakesAPageTokenOnlyForTheQuestionItWasGivenFor) {
    Register();
    Raise(1);
    GetChronologyRequest request = views.OfAda();
    request.set_page_size(1);
    ASSERT_TRUE(views.Ask(request, response).ok());
    request.set_page_token(response.next_page_token());
    request.mutable_as_known_at()->set_seconds(1'759'999'999);
    EXPECT_THAT(BadFields(views.Ask(request, response)), ElementsAre("page_token"));
    request.clear_as_known_at();
    request.set_pupil_id(ToString(RandomUuid()));
    EXPECT_THAT(BadFields(views.Ask(request, response)), ElementsAre("page_token"));
}

TEST_F(ChronologyServiceTest, EndsAPageBeforeAClientRefusesItForItsSize) {
    Register();
    for (int day = 1; day <= 20; ++day) {
        views.Add(views.ada.Raised(PupilFacts::On(2025, 9, day), std::string(100'000, 'x')));
    }
    GetChronologyRequest request = views.OfAda();
    request.set_page_size(500);
    int entries = 0;
    do {
        GetChronologyResponse page;
        ASSERT_TRUE(views.Ask(request, page).ok());
        EXPECT_LT(page.ByteSizeLong(), 2U * 1024 * 1024);
        entries += page.entries_size();
        request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(entries, 21);
}

TEST_F(ChronologyServiceTest, ShowsTheRecordAsItWasKnownOnAPastDay) {
    Register();
    const std::string id = Raise(1);
    const std::int64_t then = ToMicros(clock.Now()) / 1'000'000;
    clock.MoveTo(clock.Now() + std::chrono::hours(24));
    views.Add(PupilFacts::Correction(id, views.ada.Raised(PupilFacts::On(2025, 9, 1), "corrected"), "misheard"));
    GetChronologyRequest request = views.OfAda();
    ASSERT_TRUE(views.Ask(request, response).ok());
    EXPECT_THAT(Concerns(response), ElementsAre("", "corrected"));
    request.mutable_as_known_at()->set_seconds(then);
    request.set_page_size(1);
    ASSERT_TRUE(views.Ask(request, response).ok());
    EXPECT_THAT(Concerns(response), ElementsAre(""));
    request.set_page_token(response.next_page_token());
    ASSERT_TRUE(views.Ask(request, response).ok());
    EXPECT_THAT(Concerns(response), ElementsAre("on day 1"));
    EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(ChronologyServiceTest, ShowsErasedEntriesToTheSchoolThatThePupilWasAt) {
    Register();
    log.Erase(views.ada.pupil);
    ASSERT_TRUE(views.Ask(views.OfAda(), response).ok());
    ASSERT_THAT(response.entries(), SizeIs(2));
    EXPECT_EQ(response.entries(0).state(), views::v1::ENTRY_STATE_ERASED);
    EXPECT_EQ(response.entries(1).headline(), "Personal data erased");
    EXPECT_EQ(views.Ask(views.OfAda(), response, "654321").error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ChronologyServiceTest, RefusesToShowAChronologyThatStandsStill) {
    Register();
    events::v1::Fact fact = views.ada.Raised(PupilFacts::On(2025, 9, 1), "canary");
    fact.clear_occurred();
    views.Add(fact);
    const grpc::Status refused = views.Ask(views.OfAda(), response);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::DATA_LOSS);
    EXPECT_EQ(ReasonOf(FromGrpcStatus(refused)), "VIEW_PARKED");
    EXPECT_EQ(refused.error_message().find("canary"), std::string::npos);
}

TEST_F(ChronologyServiceTest, FindsAPupilOfTheCallersSchoolByUpn) {
    Register();
    std::string pupil_id;
    ASSERT_TRUE(views.Find(ViewsUnderTest::kUpn, ViewsUnderTest::kUrn, pupil_id).ok());
    EXPECT_EQ(pupil_id, ToString(views.ada.pupil));
}

TEST_F(ChronologyServiceTest, AnswersAlikeForNobodysUpnAndAnotherSchoolsPupil) {
    Register();
    std::string pupil_id;
    const grpc::Status nobodys = views.Find("B123456789012", ViewsUnderTest::kUrn, pupil_id);
    const grpc::Status anothers = views.Find(ViewsUnderTest::kUpn, "654321", pupil_id);
    EXPECT_EQ(nobodys.error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(anothers.error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(nobodys.error_message(), anothers.error_message());
    EXPECT_EQ(pupil_id, "");
}

TEST_F(ChronologyServiceTest, RefusesWhatIsNoUpnWithoutRepeatingIt) {
    std::string pupil_id;
    for (const char* upn : {"", "A12345678901", "1123456789012", "A12345678901x", "A1234567890123", "canary"}) {
        const grpc::Status refused = views.Find(upn, ViewsUnderTest::kUrn, pupil_id);
        EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << upn;
        EXPECT_EQ(refused.error_message().find("canary"), std::string::npos);
    }
}

TEST_F(ChronologyServiceTest, ReadsItsCallersOwnWritesUnderManyCallers) {
    Register();
    std::vector<std::thread> callers;
    std::atomic<int> seen = 0;
    for (int caller = 0; caller < 8; ++caller) {
        callers.emplace_back([this, &seen] {
            for (int i = 0; i < 10; ++i) {
                const std::string id = Raise(1);
                GetChronologyRequest request = views.OfAda();
                request.set_page_size(500);
                GetChronologyResponse answer;
                if (!views.Ask(request, answer).ok()) continue;
                for (const auto& entry : answer.entries()) seen += entry.event_id() == id ? 1 : 0;
            }
        });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(seen, 80);
}

class StandingViewTest : public ChronologyServiceTest {
  protected:
    StandingViewTest() { stuck.Add(stuck.ada.Registered(PupilFacts::On(2025, 9, 1), "Ada", "Field")); }

    Script nothing_comes;
    PlainLog stuck_log{clock};
    ViewsUnderTest stuck{std::make_unique<ScriptedFeed>(nothing_comes), stuck_log, clock};
};

TEST_F(StandingViewTest, SaysAtTheDeadlineHowFarItHasCome) {
    const grpc::Status late = stuck.Ask(stuck.OfAda(), response, ViewsUnderTest::kUrn, std::chrono::milliseconds(300));
    EXPECT_EQ(late.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    EXPECT_THAT(late.error_message(), HasSubstr("the chronology has taken in 0 records, 1 were asked for"));
}

TEST_F(StandingViewTest, LetsManyWaitWhileOthersAreAnswered) {
    // Far more callers wait than there are threads to work.
    constexpr int kWaiting = 200;
    std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
    std::vector<GetChronologyResponse> answers(kWaiting);
    std::atomic<int> answered = 0;
    const GetChronologyRequest request = stuck.OfAda();
    for (GetChronologyResponse& answer : answers) {
        auto& context = *contexts.emplace_back(std::make_unique<grpc::ClientContext>());
        context.AddMetadata("urn", ViewsUnderTest::kUrn);
        stuck.chronology->async()->GetChronology(
            &context, &request, &answer, [&answered](const grpc::Status& status) { answered += status.ok() ? 1 : 0; });
    }
    GetChronologyRequest without_token = request;
    without_token.clear_consistency_token();
    EXPECT_TRUE(stuck.Ask(without_token, response).ok());
    EXPECT_EQ(response.entries_size(), 0);
    EXPECT_EQ(answered, 0);
    nothing_comes.Bring({{stuck_log.All().front(), ""}});
    EXPECT_TRUE(Eventually([&answered] { return answered == kWaiting; }));
    for (const GetChronologyResponse& answer : answers) EXPECT_EQ(answer.entries_size(), 1);
}

TEST_F(StandingViewTest, ForgetsACallerWhoGoesAway) {
    grpc::ClientContext context;
    context.AddMetadata("urn", ViewsUnderTest::kUrn);
    std::promise<grpc::Status> answer;
    const GetChronologyRequest request = stuck.OfAda();
    stuck.chronology->async()->GetChronology(&context, &request, &response,
                                             [&answer](const grpc::Status& status) { answer.set_value(status); });
    context.TryCancel();
    EXPECT_EQ(answer.get_future().get().error_code(), grpc::StatusCode::CANCELLED);
}

}  // namespace
}  // namespace throughline
