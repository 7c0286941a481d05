// What facts, corrections and erasures mean for a pupil's chronology.
#include "projections/chronology/chronology.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/runner/as_known.h"
#include "projections/runner/folding.h"
#include "projections/runner/memory_rows.h"
#include "tests/projections/runner/plain_log.h"
#include "tests/projections/runner/pupil_facts.h"
#include "throughline/views/v1/chronology_service.pb.h"

namespace throughline {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using views::v1::ChronologyEntry;

class ChronologyTest : public testing::Test {
  protected:
    static std::vector<ChronologyEntry> EntriesOf(RowStore& rows, const std::string& group) {
        std::vector<ChronologyEntry> entries;
        const absl::StatusOr<std::vector<Row>> found = rows.Scan(RowSet::kServed, group, std::nullopt, 1'000);
        for (const Row& row : *found) {
            EXPECT_EQ(row.key.size(), kChronologyKeyBytes);
            EXPECT_TRUE(entries.emplace_back().ParseFromString(row.value));
        }
        return entries;
    }

    std::vector<ChronologyEntry> Entries() {
        MemoryRows rows;
        EXPECT_TRUE(FoldFromLog(view, log, rows, RowSet::kServed, [] { return false; }).ok());
        parked = rows.Parked(RowSet::kServed).value();
        return EntriesOf(rows, ada.Group());
    }

    std::vector<std::string> Headlines() {
        std::vector<std::string> headlines;
        for (const ChronologyEntry& entry : Entries()) headlines.push_back(entry.headline());
        return headlines;
    }

    std::string Add(const events::v1::Fact& fact) { return log.Add(ada.Event(fact)); }

    // 15 September 2025, in the morning.
    StandingClock clock{FromMicros(1'757'926'800'000'000)};
    PlainLog log{clock};
    const Chronology view;
    const PupilFacts ada;
    std::map<std::string, std::string> parked;
};

TEST_F(ChronologyTest, IsInTheOrderInWhichThingsWereSo) {
    Add(ada.Registered(PupilFacts::On(2025, 9, 3), "Ada", "Field"));
    Add(ada.Raised(PupilFacts::On(2025, 9, 1), "x"));
    events::v1::Fact at_noon = ada.Raised(PupilFacts::On(2025, 9, 2), "y");
    at_noon.mutable_occurred()->mutable_at()->set_seconds(1'756'814'400);  // 2 September, noon UTC
    at_noon.mutable_referral()->mutable_declined();
    Add(at_noon);
    EXPECT_THAT(Headlines(), ElementsAre("Referral raised: risk of suspension, SEMH", "Referral declined",
                                         "Pupil registered: Ada Field, year 8"));
}

TEST_F(ChronologyTest, OfOneDayIsInTheOrderOfRecordingAlsoBefore1970) {
    Add(ada.Registered(PupilFacts::On(1969, 9, 1), "First", "Field"));
    Add(ada.Registered(PupilFacts::On(1969, 9, 1), "Second", "Field"));
    Add(ada.Registered(PupilFacts::On(1950, 1, 1), "Before", "Field"));
    EXPECT_THAT(Headlines(),
                ElementsAre("Pupil registered: Before Field, year 8", "Pupil registered: First Field, year 8",
                            "Pupil registered: Second Field, year 8"));
}

TEST_F(ChronologyTest, SaysWhenItWasSoAndWhenItWasWrittenDownAndMarksWhatIsLate) {
    const std::string id = Add(ada.Raised(PupilFacts::On(2025, 9, 1), "x"));
    Add(ada.Raised(PupilFacts::On(2025, 9, 14), "y"));
    const std::vector<ChronologyEntry> entries = Entries();
    ASSERT_THAT(entries, SizeIs(2));
    EXPECT_EQ(entries[0].event_id(), id);
    EXPECT_EQ(entries[0].type(), "throughline.events.v1.ReferralRaised");
    EXPECT_EQ(entries[0].state(), views::v1::ENTRY_STATE_RECORDED);
    EXPECT_EQ(entries[0].occurred().on().day(), 1);
    EXPECT_EQ(entries[0].recorded_at().seconds(), 1'757'926'800);
    EXPECT_TRUE(entries[0].late());
    EXPECT_EQ(entries[0].fact().actor().name(), "Jo Bright");
    EXPECT_FALSE(entries[1].late());
}

TEST_F(ChronologyTest, ShowsACorrectedEntryWithItsNewValuesInItsNewPlaceAndTheOriginalOneStepAway) {
    const std::string id = Add(ada.Raised(PupilFacts::On(2025, 9, 1), "wrong"));
    Add(ada.Raised(PupilFacts::On(2025, 9, 5), "between"));
    clock.MoveTo(clock.Now() + std::chrono::hours(1));
    Add(PupilFacts::Correction(id, ada.Raised(PupilFacts::On(2025, 9, 10), "right"), "date misread"));
    const std::vector<ChronologyEntry> entries = Entries();
    ASSERT_THAT(entries, SizeIs(2));
    const ChronologyEntry& corrected = entries[1];
    EXPECT_EQ(corrected.event_id(), id);
    EXPECT_EQ(corrected.state(), views::v1::ENTRY_STATE_CORRECTED);
    EXPECT_EQ(corrected.occurred().on().day(), 10);
    EXPECT_EQ(corrected.recorded_at().seconds(), 1'757'926'800);
    EXPECT_EQ(corrected.fact().referral().raised().concern(), "right");
    ASSERT_THAT(corrected.originals(), SizeIs(1));
    EXPECT_EQ(corrected.originals(0).fact().referral().raised().concern(), "wrong");
    EXPECT_EQ(corrected.originals(0).reason(), "date misread");
    EXPECT_EQ(corrected.originals(0).put_right_by().name(), "Jo Bright");
    EXPECT_EQ(corrected.originals(0).put_right_at().seconds(), 1'757'930'400);
}

TEST_F(ChronologyTest, KeepsAnAnnulledEntryAndSaysSo) {
    const std::string id = Add(ada.Raised(PupilFacts::On(2025, 9, 1), "another pupil's"));
    Add(PupilFacts::Annulment(id, "wrong pupil"));
    const std::vector<ChronologyEntry> entries = Entries();
    ASSERT_THAT(entries, SizeIs(1));
    EXPECT_EQ(entries[0].state(), views::v1::ENTRY_STATE_ANNULLED);
    ASSERT_THAT(entries[0].originals(), SizeIs(1));
    EXPECT_EQ(entries[0].originals(0).reason(), "wrong pupil");
}

TEST_F(ChronologyTest, KeepsTypesAndTimesOfAnErasedPupilAndNothingElse) {
    const std::string id = Add(ada.Raised(PupilFacts::On(2025, 9, 1), "canary-concern"));
    Add(PupilFacts::Correction(id, ada.Raised(PupilFacts::On(2025, 9, 2), "canary-corrected"), "canary-reason"));
    clock.MoveTo(clock.Now() + std::chrono::hours(1));
    Add(ada.Registered(PupilFacts::On(2020, 9, 1), "Canary", "Field"));
    log.Erase(ada.pupil);
    const std::vector<ChronologyEntry> entries = Entries();
    ASSERT_THAT(entries, SizeIs(3));
    EXPECT_EQ(entries[0].headline(), "Referral raised (erased)");
    EXPECT_EQ(entries[0].event_id(), id);
    EXPECT_EQ(entries[0].recorded_at().seconds(), 1'757'926'800);
    EXPECT_EQ(entries[1].headline(), "Pupil registered (erased)");
    for (const ChronologyEntry& entry : {entries[0], entries[1]}) {
        EXPECT_EQ(entry.state(), views::v1::ENTRY_STATE_ERASED);
        EXPECT_FALSE(entry.has_occurred());
        EXPECT_FALSE(entry.has_fact());
        EXPECT_THAT(entry.details(), SizeIs(0));
        EXPECT_THAT(entry.originals(), SizeIs(0));
    }
    EXPECT_EQ(entries[2].headline(), "Personal data erased");
    EXPECT_EQ(entries[2].state(), views::v1::ENTRY_STATE_RECORDED);
    EXPECT_EQ(entries[2].details(0).text(), "retention period ended");
}

TEST_F(ChronologyTest, IsTheSameFoldAsKnownOnAPastDay) {
    const std::string id = Add(ada.Raised(PupilFacts::On(2025, 9, 1), "wrong"));
    const Instant before = clock.Now();
    clock.MoveTo(before + std::chrono::hours(24));
    Add(PupilFacts::Correction(id, ada.Raised(PupilFacts::On(2025, 9, 1), "right"), "misheard"));
    const auto known = FoldAsKnown(view, log, ada.Group(), before);
    ASSERT_TRUE(known.ok()) << known.status();
    const std::vector<ChronologyEntry> entries = EntriesOf(**known, ada.Group());
    ASSERT_THAT(entries, SizeIs(1));
    EXPECT_EQ(entries[0].state(), views::v1::ENTRY_STATE_RECORDED);
    EXPECT_EQ(entries[0].fact().referral().raised().concern(), "wrong");
}

TEST_F(ChronologyTest, LeavesOutWhatIsNoPupils) {
    NewEvent of_school = ada.Event(ada.Raised(PupilFacts::On(2025, 9, 1), "x"));
    of_school.tags = {"school:1"};
    NewEvent malformed = ada.Event(ada.Raised(PupilFacts::On(2025, 9, 1), "x"));
    malformed.tags = {"pupil:nobody"};
    log.Add(of_school);
    log.Add(malformed);
    EXPECT_EQ(view.GroupOf(log.All()[0].header), std::nullopt);
    EXPECT_EQ(view.GroupOf(log.All()[1].header), std::nullopt);
    EXPECT_THAT(Entries(), SizeIs(0));
}

TEST_F(ChronologyTest, ParksAPupilWhoseFactSaysNotWhenNamingNoContent) {
    events::v1::Fact fact = ada.Raised(PupilFacts::On(2025, 9, 1), "canary-concern");
    fact.clear_occurred();
    const std::string id = Add(fact);
    Entries();
    ASSERT_THAT(parked, SizeIs(1));
    EXPECT_EQ(parked.at(ada.Group()),
              "throughline.events.v1.ReferralRaised " + id + ": occurred neither on a day nor at an instant");
}

TEST_F(ChronologyTest, ParksAPupilWhoseBodyIsNoFact) {
    NewEvent event = ada.Event(ada.Raised(PupilFacts::On(2025, 9, 1), "x"));
    event.body = "canary-garbage";
    log.Add(event);
    Entries();
    ASSERT_THAT(parked, SizeIs(1));
    EXPECT_EQ(parked.at(ada.Group()).find("canary"), std::string::npos);
}

}  // namespace
}  // namespace throughline
