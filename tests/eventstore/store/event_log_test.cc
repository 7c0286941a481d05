// ReadAll goes on over batches, both ways, within what was asked for.
#include "eventstore/store/event_log.h"

#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/store/store_under_test.h"

namespace throughline {
namespace {

class ReadAllTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const SubjectId pupil = store_.Pupil();
        std::vector<NewEvent> events;
        for (int i = 0; i < 900; ++i) events.push_back(EventAbout(pupil, std::to_string(i)));
        for (int request = 0; request < 3; ++request) {
            for (NewEvent& event : events) event.id = EventId{RandomUuid()};
            ASSERT_TRUE(store_.Append(NewCommand(), events).ok());
        }
    }

    StoreUnderTest store_;
};

TEST_F(ReadAllTest, ReadsForwardsToTheEnd) {
    const auto all = store_.log.ReadAll({});
    ASSERT_TRUE(all.ok()) << all.status();
    ASSERT_EQ(all->records.size(), 2'700U);
    for (std::size_t i = 0; i < all->records.size(); ++i) EXPECT_EQ(all->records[i].position, Position{i});
    EXPECT_EQ(all->end, Position{2'700});
    EXPECT_EQ(all->next, std::nullopt);
}

TEST_F(ReadAllTest, ReadsBackwardsToTheStart) {
    ReadOptions options;
    options.backwards = true;
    const auto all = store_.log.ReadAll(options);
    ASSERT_TRUE(all.ok()) << all.status();
    ASSERT_EQ(all->records.size(), 2'700U);
    EXPECT_EQ(all->records.front().position, Position{2'699});
    EXPECT_EQ(all->records.back().position, Position{0});
    EXPECT_EQ(all->end, Position{2'700});
}

TEST_F(ReadAllTest, StopsAtALimitAndSaysWhereToGoOn) {
    ReadOptions options;
    options.limit = 1'500;
    const auto some = store_.log.ReadAll(options);
    ASSERT_TRUE(some.ok()) << some.status();
    EXPECT_EQ(some->records.size(), 1'500U);
    EXPECT_EQ(some->next, Position{1'500});
}

TEST_F(ReadAllTest, RefusesMoreThanTheCallerCanTake) {
    EXPECT_EQ(ReasonOf(store_.log.ReadAll({}, 2'699).status()), "TOO_MANY_RECORDS");
    EXPECT_TRUE(store_.log.ReadAll({}, 2'700).ok());
}

TEST_F(ReadAllTest, FindsNothingInAnEmptyRange) {
    ReadOptions options;
    options.query.items = {{{}, {"pupil:none"}}};
    const auto none = store_.log.ReadAll(options);
    ASSERT_TRUE(none.ok());
    EXPECT_TRUE(none->records.empty());
    EXPECT_EQ(none->end, Position{2'700});
}

}  // namespace
}  // namespace throughline
