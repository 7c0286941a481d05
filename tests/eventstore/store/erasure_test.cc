// An erasure reaches every copy, is recorded once, and is finished whatever interrupts it.
#include "eventstore/store/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "tests/eventstore/store/interruptions.h"
#include "tests/eventstore/store/store_under_test.h"
#include "throughline/eventstore/v1/subject.pb.h"

namespace throughline {
namespace {

using eventstore::v1::SUBJECT_KIND_PUPIL;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGround = "retention period ended";

class ErasureTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const std::vector<NewEvent> events{EventAbout(pupil_, "1"), EventAbout(other_, "2"), EventAbout(pupil_, "3")};
        ASSERT_TRUE(store_.Append(NewCommand(), events).ok());
    }

    std::vector<Record> Erasures() { return ErasuresIn(store_.log); }

    static std::vector<Record> ErasuresIn(EventLog& log) {
        std::vector<Record> found;
        const auto all = log.ReadAll({});
        EXPECT_TRUE(all.ok()) << all.status();
        for (const Record& record : all->records) {
            if (record.header.type() == "throughline.eventstore.v1.SubjectErased") found.push_back(record);
        }
        return found;
    }

    void ExpectFinished() {
        EXPECT_TRUE(*store_.vault->Erased(pupil_));
        EXPECT_THAT(*store_.vault->PendingErasures(), IsEmpty());
        EXPECT_EQ(*store_.vault->Find(SUBJECT_KIND_PUPIL, "A"), std::nullopt);
        const ReadBatch stored = *store_.records.Read({});
        EXPECT_EQ(stored.records[0].sealed_body, "");
        EXPECT_NE(stored.records[1].sealed_body, "");
        EXPECT_EQ(stored.records[2].sealed_body, "");
        EXPECT_EQ(Erasures().size(), 1U);
    }

    StoreUnderTest store_;
    SubjectId pupil_ = store_.Pupil("A");
    SubjectId other_ = store_.Pupil("B");
    Erasure erasure_{store_.log, store_.records, *store_.vault, store_.clock};
};

TEST_F(ErasureTest, DestroysKeyLinksAndBodies) {
    const auto reach = erasure_.Erase(pupil_, kGround, "person-1");
    ASSERT_TRUE(reach.ok()) << reach.status();
    EXPECT_EQ(reach->records, 2U);
    ExpectFinished();
    const auto all = store_.All();
    EXPECT_EQ(all[0].body, std::nullopt);
    EXPECT_EQ(all[1].body, "2");
}

TEST_F(ErasureTest, IsRecordedUnderTheStoresOwnKey) {
    ASSERT_TRUE(erasure_.Erase(pupil_, kGround, "person-1").ok());
    const auto erasures = Erasures();
    ASSERT_EQ(erasures.size(), 1U);
    EXPECT_EQ(erasures[0].header.key_id(), store_.vault->StoreSubject().AsBytes());
    EXPECT_EQ(erasures[0].header.tags(0), "pupil:" + ToString(pupil_));
    eventstore::v1::SubjectErased fact;
    ASSERT_TRUE(fact.ParseFromString(*erasures[0].body));
    EXPECT_EQ(fact.kind(), SUBJECT_KIND_PUPIL);
    EXPECT_EQ(fact.subject_id(), ToString(pupil_));
    EXPECT_EQ(fact.ground(), kGround);
    EXPECT_EQ(fact.erased_by(), "person-1");
}

TEST_F(ErasureTest, RepeatingItChangesNothing) {
    ASSERT_TRUE(erasure_.Erase(pupil_, kGround, "person-1").ok());
    const Position end = store_.log.End();
    const auto again = erasure_.Erase(pupil_, "another ground", "person-2");
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->records, 2U);
    EXPECT_EQ(store_.log.End(), end);
    ExpectFinished();
}

TEST_F(ErasureTest, ADryRunOnlySaysWhatItWouldReach) {
    const auto reach = erasure_.DryRun(pupil_);
    ASSERT_TRUE(reach.ok()) << reach.status();
    EXPECT_EQ(reach->records, 2U);
    EXPECT_THAT(reach->destroyed,
                AllOf(Contains(HasSubstr("key store")), Contains(HasSubstr("log")), Contains(HasSubstr("views"))));
    EXPECT_THAT(reach->unreadable, AllOf(Contains(HasSubstr("kafka")), Contains(HasSubstr("backups"))));
    EXPECT_EQ(store_.All()[0].body, "1");
    EXPECT_FALSE(*store_.vault->Erased(pupil_));
}

TEST_F(ErasureTest, CountsRecordsByTheirKeyOverManyBatches) {
    std::vector<NewEvent> events;
    for (int i = 0; i < 1'000; ++i) events.push_back(EventAbout(i % 2 == 0 ? pupil_ : other_, "x", {"strand:1"}));
    ASSERT_TRUE(store_.Append(NewCommand(), events).ok());
    EXPECT_EQ(erasure_.DryRun(pupil_)->records, 502U);
}

TEST_F(ErasureTest, RefusesWithoutAGroundOrForNobody) {
    const auto bad = erasure_.Erase(pupil_, "", "");
    EXPECT_EQ(bad.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldViolationsOf(bad.status()).size(), 2U);
    EXPECT_FALSE(erasure_.Erase(pupil_, std::string(8'001, 'x'), "person-1").ok());
    EXPECT_EQ(ReasonOf(erasure_.Erase(SubjectId{RandomUuid()}, kGround, "person-1").status()), "UNKNOWN_SUBJECT");
    EXPECT_EQ(ReasonOf(erasure_.Erase(store_.vault->StoreSubject(), kGround, "person-1").status()), "STORE_SUBJECT");
    EXPECT_EQ(ReasonOf(erasure_.DryRun(store_.vault->StoreSubject()).status()), "STORE_SUBJECT");
    EXPECT_FALSE(*store_.vault->Erased(pupil_));
    EXPECT_THAT(*store_.vault->PendingErasures(), IsEmpty());
}

TEST_F(ErasureTest, RefusesASchoolAsItIsNoPerson) {
    const auto school = store_.vault->GetOrCreate(eventstore::v1::SUBJECT_KIND_SCHOOL, "999001");
    ASSERT_TRUE(school.ok()) << school.status();
    EXPECT_EQ(ReasonOf(erasure_.Erase(school->id, kGround, "person-1").status()), "SCHOOL_SUBJECT");
    EXPECT_EQ(ReasonOf(erasure_.DryRun(school->id).status()), "SCHOOL_SUBJECT");
    EXPECT_FALSE(*store_.vault->Erased(school->id));
}

TEST_F(ErasureTest, NothingIsPendingInAFreshStore) {
    EXPECT_TRUE(erasure_.ResumePending().ok());
    EXPECT_EQ(store_.log.End(), Position{3});
}

class InterruptedErasureTest : public ErasureTest, public ::testing::WithParamInterface<bool> {};

INSTANTIATE_TEST_SUITE_P(AtEveryStep, InterruptedErasureTest, ::testing::Bool(),
                         [](const auto& about) { return about.param ? "AnswerLost" : "NotDone"; });

TEST_P(InterruptedErasureTest, IsFinishedByTheNextStart) {
    int interrupted = 0;
    for (int n = 1;; ++n) {
        ASSERT_LT(n, 50) << "the loop never completed uninterrupted";
        SCOPED_TRACE(n);
        std::size_t erasures_before = 0;
        {
            // Every part of the store is opened anew each time: a vault that ran on would still hold keys in memory.
            const auto vault = OpenVault(store_.keys);
            LocalEventLog log(store_.records, *vault);
            pupil_ = vault->GetOrCreate(SUBJECT_KIND_PUPIL, "pupil " + std::to_string(n))->id;
            const std::vector<NewEvent> event{EventAbout(pupil_, "canary")};
            ASSERT_TRUE(log.Append(NewCommand(), std::nullopt, event).ok());
            erasures_before = ErasuresIn(log).size();
        }
        Interruption interruption(n, GetParam());
        {
            auto vault = *Vault::Open(std::make_unique<InterruptedKeyStore>(store_.keys, interruption), TestKek());
            InterruptedRecordLog records(store_.records, interruption);
            LocalEventLog log(records, *vault);
            Erasure erasure(log, records, *vault, store_.clock);
            const bool erased = erasure.Erase(pupil_, kGround, "person-1").ok();
            EXPECT_EQ(erased, !interruption.Happened());
        }
        const auto vault = OpenVault(store_.keys);
        LocalEventLog log(store_.records, *vault);
        Erasure restarted(log, store_.records, *vault, store_.clock);
        ASSERT_TRUE(restarted.ResumePending().ok());
        EXPECT_THAT(*vault->PendingErasures(), IsEmpty());
        // Where it had not even begun, nothing is lost and nothing is recorded; else all of it is done.
        const bool begun = *vault->Erased(pupil_);
        EXPECT_TRUE(begun || (n == 1 && !GetParam()));
        ReadOptions about_pupil;
        about_pupil.query.items = {{{}, {SubjectTag(SUBJECT_KIND_PUPIL, pupil_)}}};
        EXPECT_EQ(log.ReadAll(about_pupil)->records.size(), begun ? 1U : 0U);
        std::size_t with_body = 0;
        const ReadBatch stored = *store_.records.Read({});
        for (const StoredRecord& record : stored.records) {
            const Record opened = *log.Open(record);
            if (opened.header.key_id() == pupil_.AsBytes() && !record.sealed_body.empty()) ++with_body;
        }
        EXPECT_EQ(with_body, begun ? 0U : 1U);
        ASSERT_TRUE(restarted.Erase(pupil_, kGround, "person-1").ok());
        ASSERT_TRUE(restarted.Erase(pupil_, kGround, "person-1").ok());
        EXPECT_EQ(ErasuresIn(log).size(), erasures_before + 1);
        if (!interruption.Happened()) break;
        ++interrupted;
    }
    EXPECT_EQ(interrupted, 6) << "begin, bury, purge, record, delete bodies, finish";
}

}  // namespace
}  // namespace throughline
