// Requests whose ids are written into their bytes: each is a whole AppendRequest, and no two have an id in common.
#include "services/throughline/bench/append_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "throughline/eventstore/v1/event_log_service.pb.h"

namespace throughline {
namespace {

using eventstore::v1::AppendRequest;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kSubject = "11111111-1111-4111-8111-111111111111";
const std::string kOther = "22222222-2222-4222-8222-222222222222";

class Requests {
  public:
    explicit Requests(const AppendShape& shape) : template_(shape, {kSubject, kOther}, 0) {}

    AppendRequest Next(std::uint64_t spread_from = 0) {
        AppendRequest request;
        EXPECT_TRUE(request.ParseFromString(std::string(template_.Next(ids_, 1'000, spread_from))));
        return request;
    }
    AppendTemplate& operator*() { return template_; }

  private:
    AppendTemplate template_;
    UuidSource ids_;
};

TEST(AppendTemplateTest, MakesOneFactWithAFreshTagThatTheConditionAsksFor) {
    Requests requests({});
    const AppendRequest request = requests.Next();
    EXPECT_EQ(ParseUuid(request.command_id())->bytes[6] >> 4U, 7);
    ASSERT_EQ(request.events_size(), 1);
    EXPECT_EQ(ParseUuid(request.events(0).event_id())->bytes[6] >> 4U, 7);
    EXPECT_EQ(request.events(0).type(), "bench.Written");
    EXPECT_EQ(request.events(0).body().size(), 256U);
    EXPECT_EQ(request.events(0).subject_id(), kSubject);
    ASSERT_EQ(request.events(0).tags_size(), 1);
    EXPECT_EQ(request.events(0).tags(0).size(), 42U);
    EXPECT_THAT(request.condition().query().items(0).tags(), ElementsAre(request.events(0).tags(0)));
    EXPECT_FALSE(request.condition().has_after());
}

TEST(AppendTemplateTest, GivesEveryRequestIdsOfItsOwnAndTheNextSubject) {
    Requests requests({});
    const AppendRequest one = requests.Next();
    const AppendRequest two = requests.Next();
    EXPECT_NE(one.command_id(), two.command_id());
    EXPECT_NE(one.events(0).event_id(), two.events(0).event_id());
    EXPECT_NE(one.events(0).tags(0), two.events(0).tags(0));
    EXPECT_EQ(two.events(0).subject_id(), kOther);
    EXPECT_EQ(requests.Next().events(0).subject_id(), kSubject);
    EXPECT_EQ(one.events(0).body(), two.events(0).body());
    EXPECT_EQ(one.ByteSizeLong(), (*requests).bytes());
}

TEST(AppendTemplateTest, GivesEachFactTagsOfItsOwnUnlessTheyShareThem) {
    Requests apart({.facts = 100, .bytes = 10, .tags = 2});
    const AppendRequest own = apart.Next();
    std::set<std::string> tags;
    std::set<std::string> ids;
    for (const auto& event : own.events()) {
        tags.insert(event.tags().begin(), event.tags().end());
        ids.insert(event.event_id());
        EXPECT_EQ(event.subject_id(), kSubject);
    }
    EXPECT_EQ(tags.size(), 200U);
    EXPECT_EQ(ids.size(), 100U);
    EXPECT_THAT(own.condition().query().items(0).tags(), ElementsAre(own.events(0).tags(0)));

    Requests together({.facts = 100, .bytes = 10, .one_tag = true});
    const AppendRequest shared = together.Next();
    for (const auto& event : shared.events()) EXPECT_THAT(event.tags(), ElementsAre(shared.events(0).tags(0)));
    EXPECT_THAT(shared.condition().query().items(0).tags(), ElementsAre(shared.events(0).tags(0)));
}

TEST(AppendTemplateTest, TakesSpreadTagsInTurn) {
    Requests requests({.facts = 4, .spread = 6, .condition = BenchCondition::kNone});
    const AppendRequest first = requests.Next(0);
    const AppendRequest second = requests.Next(4);
    EXPECT_FALSE(first.has_condition());
    for (int i = 0; i < 4; ++i) {
        EXPECT_THAT(first.events(i).tags(), ElementsAre(SpreadTag(static_cast<std::uint64_t>(i))));
        EXPECT_THAT(second.events(i).tags(), ElementsAre(SpreadTag(static_cast<std::uint64_t>(i + 4) % 6)));
    }
    EXPECT_THAT(SpreadTag(0), StartsWith("bench:"));
    EXPECT_NE(SpreadTag(0), SpreadTag(1));
}

TEST(AppendTemplateTest, MovesAConditionByTypeOn) {
    Requests requests({.condition = BenchCondition::kType, .type = "bench.Own"});
    for (const std::uint64_t after : {std::uint64_t{0}, std::uint64_t{300}, ~std::uint64_t{0}}) {
        (*requests).SetAfter(Position{after});
        const AppendRequest request = requests.Next();
        EXPECT_TRUE(request.condition().has_after());
        EXPECT_EQ(request.condition().after(), after);
        EXPECT_THAT(request.condition().query().items(0).types(), ElementsAre("bench.Own"));
        EXPECT_EQ(request.events(0).type(), "bench.Own");
    }
}

TEST(AppendTemplateTest, AsksForATypeThatItDoesNotWrite) {
    Requests requests({.condition = BenchCondition::kAbsentType});
    const AppendRequest request = requests.Next();
    EXPECT_FALSE(request.condition().has_after());
    EXPECT_THAT(request.condition().query().items(0).types(), ElementsAre(kAbsentType));
    EXPECT_THAT(request.condition().query().items(0).types(), Not(ElementsAre(request.events(0).type())));
}

}  // namespace
}  // namespace throughline
