// Effective history: what corrections and annulments make of the facts that they name, in any mixture.
#include "projections/history/effective.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "projections/history/civil_date.h"

namespace throughline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Uuid kPupil = RandomUuid();

events::v1::Fact ViewGiven(const std::string& reasons) {
    events::v1::Fact fact;
    *fact.mutable_occurred() = OccurredOn(Day{20'332});
    fact.mutable_actor()->set_person_id("senco");
    fact.mutable_referral()->mutable_professional_view_given()->set_reasons(reasons);
    return fact;
}

std::string Says(const EffectiveFact& entry) {
    return entry.fact ? entry.fact->referral().professional_view_given().reasons() : "nothing";
}

/// A log that is written fact by fact.
class Log {
  public:
    EventId Add(const events::v1::Fact& fact) {
        Record record;
        record.position = Position{records_.size()};
        record.header.set_event_id(std::string(RandomUuid().AsBytes()));
        record.header.set_type(TypeOf(fact));
        record.header.set_key_id(std::string(kPupil.AsBytes()));
        record.header.set_recorded_at_us(static_cast<std::int64_t>(records_.size()) * 1'000);
        record.body = fact.SerializeAsString();
        records_.push_back(record);
        return EventId{*UuidFromBytes(record.header.event_id())};
    }

    EventId Correct(EventId event, const events::v1::Fact& value, const std::string& reason = "typing error") {
        events::v1::Fact fact = ByHead();
        events::v1::FactCorrected& corrected = *fact.mutable_correction()->mutable_corrected();
        corrected.set_event_id(ToString(event));
        *corrected.mutable_corrected() = value;
        corrected.mutable_corrected()->clear_actor();
        corrected.set_reason(reason);
        return Add(fact);
    }

    EventId Annul(EventId event, const std::string& reason = "wrong pupil") {
        events::v1::Fact fact = ByHead();
        fact.mutable_correction()->mutable_annulled()->set_event_id(ToString(event));
        fact.mutable_correction()->mutable_annulled()->set_reason(reason);
        return Add(fact);
    }

    std::vector<EffectiveFact> Fold() const {
        auto facts = Effective(records_);
        EXPECT_TRUE(facts.ok()) << facts.status();
        return facts.ok() ? *std::move(facts) : std::vector<EffectiveFact>{};
    }

    std::vector<Record> records_;

  private:
    static events::v1::Fact ByHead() {
        events::v1::Fact fact;
        fact.mutable_actor()->set_person_id("head");
        return fact;
    }
};

TEST(EffectiveTest, LeavesWhatNobodyPutRightAsRecorded) {
    Log log;
    log.Add(ViewGiven("one"));
    log.Add(ViewGiven("two"));
    const auto facts = log.Fold();
    ASSERT_THAT(facts, SizeIs(2));
    EXPECT_EQ(Says(facts[0]), "one");
    EXPECT_EQ(facts[0].standing, Standing::kRecorded);
    EXPECT_THAT(facts[0].originals, IsEmpty());
    EXPECT_EQ(facts[1].position, Position{1});
}

TEST(EffectiveTest, PutsTheLatestValueInTheFirstEntrysPlaceAndKeepsTheFirstOneStepAway) {
    Log log;
    const EventId first = log.Add(ViewGiven("frist"));
    log.Add(ViewGiven("between"));
    const EventId correction = log.Correct(first, ViewGiven("first"));
    const auto facts = log.Fold();
    ASSERT_THAT(facts, SizeIs(2));
    EXPECT_EQ(Says(facts[0]), "first");
    EXPECT_EQ(facts[0].standing, Standing::kCorrected);
    EXPECT_EQ(facts[0].position, Position{0});
    EXPECT_EQ(facts[0].fact->actor().person_id(), "senco") << "who recorded it stays who recorded it";
    ASSERT_THAT(facts[0].originals, SizeIs(1));
    EXPECT_EQ(facts[0].originals[0].fact.referral().professional_view_given().reasons(), "frist");
    EXPECT_EQ(facts[0].originals[0].reason, "typing error");
    EXPECT_EQ(facts[0].originals[0].put_right_by.person_id(), "head");
    EXPECT_EQ(facts[0].originals[0].put_right_at_us, 2'000);
    EXPECT_EQ(facts[0].originals[0].correction, correction);
}

TEST(EffectiveTest, StacksSeveralCorrectionsOfTheSameFirstEntryOldestFirst) {
    Log log;
    const EventId first = log.Add(ViewGiven("a"));
    log.Correct(first, ViewGiven("b"));
    log.Correct(first, ViewGiven("c"));
    const auto facts = log.Fold();
    ASSERT_THAT(facts, SizeIs(1));
    EXPECT_EQ(Says(facts[0]), "c");
    ASSERT_THAT(facts[0].originals, SizeIs(2));
    EXPECT_EQ(facts[0].originals[0].fact.referral().professional_view_given().reasons(), "a");
    EXPECT_EQ(facts[0].originals[1].fact.referral().professional_view_given().reasons(), "b");
}

TEST(EffectiveTest, KeepsAnAnnulledFactAsItStoodLastWithTheReasonBesideIt) {
    Log log;
    const EventId first = log.Add(ViewGiven("a"));
    log.Correct(first, ViewGiven("b"));
    log.Annul(first);
    const auto facts = log.Fold();
    ASSERT_THAT(facts, SizeIs(1));
    EXPECT_EQ(facts[0].standing, Standing::kAnnulled);
    EXPECT_EQ(Says(facts[0]), "b");
    ASSERT_THAT(facts[0].originals, SizeIs(2));
    EXPECT_EQ(facts[0].originals[1].reason, "wrong pupil");
}

TEST(EffectiveTest, ChangesNothingWhereWhatIsNamedWasAnnulledOrIsACorrectionOrIsUnknown) {
    Log log;
    const EventId first = log.Add(ViewGiven("a"));
    const EventId correction = log.Correct(first, ViewGiven("b"));
    log.Annul(first);
    log.Correct(first, ViewGiven("after the annulment"));
    log.Annul(first);
    log.Correct(correction, ViewGiven("names a correction"));
    log.Correct(EventId{RandomUuid()}, ViewGiven("names nobody"));
    const auto facts = log.Fold();
    ASSERT_THAT(facts, SizeIs(1));
    EXPECT_EQ(facts[0].standing, Standing::kAnnulled);
    EXPECT_EQ(Says(facts[0]), "b");
    EXPECT_THAT(facts[0].originals, SizeIs(2));
}

TEST(EffectiveTest, ShowsAnErasedSubjectAsErasedAndNeverByHalves) {
    Log log;
    const EventId first = log.Add(ViewGiven("a"));
    log.Correct(first, ViewGiven("b"));
    log.records_[1].body.reset();
    const auto facts = log.Fold();
    ASSERT_THAT(facts, SizeIs(1)) << "the correction is not an entry of its own";
    EXPECT_EQ(facts[0].standing, Standing::kErased);
    EXPECT_FALSE(facts[0].fact.has_value());
    EXPECT_THAT(facts[0].originals, IsEmpty());
}

TEST(EffectiveTest, LeavesAnotherSubjectOutOfAnErasure) {
    Log log;
    log.Add(ViewGiven("erased"));
    log.Add(ViewGiven("kept"));
    log.records_[0].body.reset();
    log.records_[1].header.set_key_id(std::string(RandomUuid().AsBytes()));
    const auto facts = log.Fold();
    ASSERT_THAT(facts, SizeIs(2));
    EXPECT_EQ(facts[0].standing, Standing::kErased);
    EXPECT_EQ(Says(facts[1]), "kept");
}

TEST(EffectiveTest, LeavesTheStoresOwnRecordsOut) {
    Log log;
    log.Add(ViewGiven("a"));
    log.records_[0].header.set_type("throughline.eventstore.v1.SubjectErased");
    EXPECT_THAT(log.Fold(), IsEmpty());
}

TEST(EffectiveTest, ReportsABodyThatIsNotWhatItsHeaderSays) {
    Log log;
    log.Add(ViewGiven("a"));
    log.records_[0].header.set_type("throughline.events.v1.ReferralRaised");
    EXPECT_EQ(Effective(log.records_).status().code(), absl::StatusCode::kDataLoss);
    log.records_[0].body = "\xff\xff\xff";
    const absl::Status garbage = Effective(log.records_).status();
    EXPECT_EQ(garbage.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(garbage.message()), HasSubstr("position 0"));
}

TEST(EffectiveTest, ReportsACorrectionThatChangesTheType) {
    Log log;
    const EventId first = log.Add(ViewGiven("a"));
    events::v1::Fact other;
    other.mutable_referral()->mutable_raised()->set_concern("another kind of fact");
    log.Correct(first, other);
    EXPECT_EQ(Effective(log.records_).status().code(), absl::StatusCode::kDataLoss);
}

TEST(TypeOfTest, IsTheNameOfTheInnermostMessage) {
    EXPECT_EQ(TypeOf(ViewGiven("a")), "throughline.events.v1.ProfessionalViewGiven");
    EXPECT_EQ(TypeOf(events::v1::Fact{}), "");
    events::v1::Fact half;
    half.mutable_referral();
    EXPECT_EQ(TypeOf(half), "");
}

TEST(OccurredDayTest, TakesTheDayInLondonOfAnInstant) {
    events::v1::Occurred occurred;
    occurred.mutable_at()->set_seconds(1'756'683'000);
    EXPECT_EQ(OccurredDay(occurred), 20'332) << "00:30 on 1 September in London";
    EXPECT_EQ(OccurredDay(OccurredOn(Day{20'332})), 20'332);
}

/// A log of facts, corrections and annulments at random; equal seeds give equal logs.
Log RandomLog(std::mt19937& random) {
    Log log;
    std::vector<EventId> entries;
    for (int i = 0; i < 40; ++i) {
        const auto dice = random() % 4;
        if (entries.empty() || dice < 2) {
            entries.push_back(log.Add(ViewGiven(std::to_string(i))));
        } else if (const EventId entry = entries[random() % entries.size()]; dice == 2) {
            log.Correct(entry, ViewGiven(std::to_string(i)));
        } else {
            log.Annul(entry);
        }
    }
    return log;
}

std::vector<std::string> Lines(const std::vector<EffectiveFact>& facts) {
    std::vector<std::string> lines;
    for (const EffectiveFact& fact : facts) {
        lines.push_back(ToString(*UuidFromBytes(fact.header.event_id())) + " " + Says(fact) + " " +
                        std::to_string(static_cast<int>(fact.standing)) + " " + std::to_string(fact.originals.size()));
    }
    return lines;
}

TEST(EffectiveTest, DoesNotDependOnHowRecordsAboutDifferentEntriesAreMixed) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 50; ++round) {
        const Log log = RandomLog(random);
        std::vector<std::string> before = Lines(log.Fold());
        std::stable_sort(before.begin(), before.end());

        // Each record moves after what it depends on, and no further: entries first, then what puts them right in
        // order.
        Log apart;
        for (const bool corrections : {false, true}) {
            for (const Record& record : log.records_) {
                if (IsCorrection(record.header) == corrections) apart.records_.push_back(record);
            }
        }
        std::vector<std::string> after = Lines(apart.Fold());
        std::stable_sort(after.begin(), after.end());
        EXPECT_EQ(before, after);
    }
}

TEST(EffectiveTest, IsStableAtEveryPrefix) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const Log log = RandomLog(random);
    const std::vector<EffectiveFact> whole = log.Fold();
    for (std::size_t length = 0; length <= log.records_.size(); ++length) {
        const auto prefix = Effective(std::span(log.records_).first(length));
        ASSERT_TRUE(prefix.ok());
        ASSERT_LE(prefix->size(), whole.size());
        for (std::size_t i = 0; i < prefix->size(); ++i) {
            EXPECT_EQ((*prefix)[i].position, whole[i].position);
            EXPECT_LE((*prefix)[i].originals.size(), whole[i].originals.size());
            const bool same = (*prefix)[i].originals.size() == whole[i].originals.size();
            EXPECT_TRUE(!same || Says((*prefix)[i]) == Says(whole[i])) << "nothing is put right but by a correction";
        }
    }
}

}  // namespace
}  // namespace throughline
