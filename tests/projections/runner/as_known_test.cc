// A view as it was known on a past day.
#include "projections/runner/as_known.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/projections/runner/runner_under_test.h"

namespace throughline {
namespace {

using testing::ElementsAre;

class AsKnownTest : public testing::Test, protected RunnerUnderTest {
  protected:
    std::vector<std::string> KnownAt(Instant instant) {
        absl::StatusOr<std::unique_ptr<MemoryRows>> known = FoldAsKnown(view, log, ada.Group(), instant);
        if (!known.ok()) return {std::string(known.status().message())};
        std::vector<std::string> texts;
        for (const Row& row : RowsOf(**known, ada.Group())) {
            google::protobuf::StringValue text;
            if (row.key != "total" && text.ParseFromString(row.value)) texts.push_back(text.value());
        }
        return texts;
    }

    void ADayPasses() { clock.MoveTo(clock.Now() + std::chrono::hours(24)); }

    const events::v1::Date day = PupilFacts::On(2025, 9, 1);
    const PupilFacts ada;
};

TEST_F(AsKnownTest, ShowsWhatHadBeenRecordedByThenAsItWasThen) {
    const std::string first = log.Add(ada.Event(ada.Raised(day, "wrong")));
    const Instant on_the_first_day = clock.Now();
    ADayPasses();
    log.Add(ada.Event(PupilFacts::Correction(first, ada.Raised(day, "right"), "misheard")));
    const Instant on_the_second_day = clock.Now();
    ADayPasses();
    log.Add(ada.Event(ada.Raised(day, "late")));
    EXPECT_THAT(KnownAt(on_the_first_day - std::chrono::hours(1)), ElementsAre());
    EXPECT_THAT(KnownAt(on_the_first_day), ElementsAre("wrong"));
    EXPECT_THAT(KnownAt(on_the_second_day - std::chrono::microseconds(1)), ElementsAre("wrong"));
    EXPECT_THAT(KnownAt(on_the_second_day), ElementsAre("right"));
    EXPECT_THAT(KnownAt(clock.Now()), ElementsAre("right", "late"));
}

TEST_F(AsKnownTest, HasNothingOfAnErasedPupilOnAnyDay) {
    log.Add(ada.Event(ada.Raised(day, "gone")));
    const Instant before = clock.Now();
    ADayPasses();
    log.Erase(ada.pupil);
    EXPECT_THAT(KnownAt(before), ElementsAre("throughline.events.v1.ReferralRaised"));
}

TEST_F(AsKnownTest, SaysWhatItCannotFold) {
    log.Add(ada.Event(ada.Raised(day, std::string(Tally::kUnfoldable))));
    EXPECT_TRUE(absl::IsDataLoss(FoldAsKnown(view, log, ada.Group(), clock.Now()).status()));
}

TEST_F(AsKnownTest, PassesOnThatTheLogIsOutOfReach) {
    log.Add(ada.Event(ada.Raised(day, "one")));
    log.FailReads(1);
    EXPECT_TRUE(absl::IsUnavailable(FoldAsKnown(view, log, ada.Group(), clock.Now()).status()));
}

}  // namespace
}  // namespace throughline
