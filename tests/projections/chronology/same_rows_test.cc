// Properties: however a chronology was come by, its rows are the same.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "projections/chronology/chronology.h"
#include "projections/runner/as_known.h"
#include "projections/runner/folding.h"
#include "projections/runner/memory_rows.h"
#include "tests/projections/runner/plain_log.h"
#include "tests/projections/runner/pupil_facts.h"
#include "throughline/views/v1/chronology_service.pb.h"

namespace throughline {
namespace {

// Any fact on any day of a term; its text tells facts apart.
events::v1::Fact AnyFact(const PupilFacts& pupil, int number) {
    const int day = *rc::gen::inRange(1, 29);
    const int month = *rc::gen::inRange(9, 13);
    events::v1::Fact fact = pupil.Raised(PupilFacts::On(2025, month, day), "concern " + std::to_string(number));
    return fact;
}

// A history of two pupils with facts, corrections of corrections, annulments and perhaps an erasure.
void FillLog(PlainLog& log, StandingClock& clock, const std::vector<PupilFacts>& pupils) {
    std::vector<std::pair<std::size_t, std::string>> raised;
    const int records = *rc::gen::inRange(1, 40);
    for (int i = 0; i < records; ++i) {
        clock.MoveTo(clock.Now() + std::chrono::hours(*rc::gen::inRange(0, 60)));
        const std::size_t whose = *rc::gen::inRange<std::size_t>(0, pupils.size());
        const int kind = raised.empty() ? 0 : *rc::gen::inRange(0, 10);
        if (kind < 5) {
            raised.emplace_back(whose, log.Add(pupils[whose].Event(AnyFact(pupils[whose], i))));
            continue;
        }
        const auto& [owner, event] = raised[*rc::gen::inRange<std::size_t>(0, raised.size())];
        const PupilFacts& pupil = pupils[owner];
        if (kind < 8) {
            log.Add(pupil.Event(PupilFacts::Correction(event, AnyFact(pupil, i), "misheard")));
        } else {
            log.Add(pupil.Event(PupilFacts::Annulment(event, "another pupil's")));
        }
    }
    if (*rc::gen::inRange(0, 4) == 0) log.Erase(pupils[0].pupil);
}

bool Check(const std::string& what, const std::function<void()>& property) {
    return rc::check(what, property);
}

TEST(SameRowsTest, WhetherFoldedInOneGoOrPieceByPieceOrFromMemory) {
    EXPECT_TRUE(Check("one go, pieces and as known now end in the same rows", [] {
        StandingClock clock{FromMicros(1'756'800'000'000'000)};
        PlainLog log{clock};
        const Chronology view;
        const std::vector<PupilFacts> pupils(2);
        FillLog(log, clock, pupils);
        const auto never = [] { return false; };

        MemoryRows in_one_go;
        RC_ASSERT(FoldFromLog(view, log, in_one_go, RowSet::kServed, never).ok());
        const std::string expected = DigestRows(in_one_go, RowSet::kServed).value();

        log.SetBatch(*rc::gen::inRange<std::size_t>(1, 8));
        MemoryRows in_pieces;
        RC_ASSERT(FoldFromLog(view, log, in_pieces, RowSet::kServed, never).ok());
        RC_ASSERT(DigestRows(in_pieces, RowSet::kServed).value() == expected);

        for (const PupilFacts& pupil : pupils) {
            const auto known = FoldAsKnown(view, log, pupil.Group(), clock.Now());
            RC_ASSERT(known.ok());
            const auto rows = (*known)->Scan(RowSet::kServed, pupil.Group(), std::nullopt, 1'000);
            RC_ASSERT(*rows == *in_one_go.Scan(RowSet::kServed, pupil.Group(), std::nullopt, 1'000));
        }
    }));
}

TEST(SameRowsTest, AsKnownOnADayIsWhatTheViewShowedOnThatDay) {
    EXPECT_TRUE(Check("as known then is what was shown then", [] {
        StandingClock clock{FromMicros(1'756'800'000'000'000)};
        PlainLog log{clock};
        const Chronology view;
        const std::vector<PupilFacts> pupils(1);
        const int days = *rc::gen::inRange(1, 5);
        std::vector<std::pair<Instant, std::vector<Row>>> shown;
        std::vector<std::string> raised;
        MemoryRows rows;
        for (int day = 0; day < days; ++day) {
            const int records = *rc::gen::inRange(0, 6);
            for (int i = 0; i < records; ++i) {
                const bool correct = !raised.empty() && *rc::gen::arbitrary<bool>();
                const events::v1::Fact fact = AnyFact(pupils[0], 10 * day + i);
                const std::string of = correct ? *rc::gen::elementOf(raised) : std::string();
                const std::string id =
                    log.Add(pupils[0].Event(correct ? PupilFacts::Correction(of, fact, "misheard") : fact));
                if (!correct) raised.push_back(id);
            }
            RC_ASSERT(FoldFromLog(view, log, rows, RowSet::kServed, [] { return false; }).ok());
            shown.emplace_back(clock.Now(), rows.Scan(RowSet::kServed, pupils[0].Group(), std::nullopt, 1'000).value());
            clock.MoveTo(clock.Now() + std::chrono::hours(24));
        }
        for (const auto& [instant, expected] : shown) {
            const auto known = FoldAsKnown(view, log, pupils[0].Group(), instant);
            RC_ASSERT(known.ok());
            RC_ASSERT(*(*known)->Scan(RowSet::kServed, pupils[0].Group(), std::nullopt, 1'000) == expected);
        }
    }));
}

TEST(SameRowsTest, InWhateverOrderFactsOfDifferentDaysWereRecorded) {
    EXPECT_TRUE(Check("the order of recording does not show", [] {
        const PupilFacts pupil;
        const int days = *rc::gen::inRange(1, 28);
        std::vector<NewEvent> events;
        for (int day = 1; day <= days; ++day) {
            events.push_back(pupil.Event(pupil.Raised(PupilFacts::On(2025, 9, day), std::to_string(day))));
        }
        const Chronology view;
        const auto entries_of = [&view, &pupil](const std::vector<NewEvent>& recorded) {
            const StandingClock clock{FromMicros(1'760'000'000'000'000)};
            PlainLog log{clock};
            for (const NewEvent& event : recorded) log.Add(event);
            MemoryRows rows;
            RC_ASSERT(FoldFromLog(view, log, rows, RowSet::kServed, [] { return false; }).ok());
            std::vector<std::string> entries;
            const auto found = rows.Scan(RowSet::kServed, pupil.Group(), std::nullopt, 1'000);
            for (const Row& row : *found) entries.push_back(row.value);
            return entries;
        };
        std::vector<NewEvent> shuffled = events;
        for (std::size_t i = shuffled.size(); i > 1; --i) {
            std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<std::size_t>(0, i)]);
        }
        RC_ASSERT(entries_of(shuffled) == entries_of(events));
    }));
}

}  // namespace
}  // namespace throughline
