// Each kind of damage is named as what it is, with its place; a log without any is let alone, also while it is written.
#include "eventstore/log/log_check.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/log/command_row.h"
#include "eventstore/log/header_trailer.h"
#include "eventstore/log/keys.h"
#include "eventstore/log/log_paths.h"
#include "eventstore/log/posting.h"
#include "tests/eventstore/log/checked_log.h"
#include "tests/eventstore/log/sealed_append.h"
#include "throughline/eventstore/v1/record.pb.h"

namespace throughline::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

/// Changes a record's header as a message.
std::function<void(std::string&)> Fields(const std::function<void(eventstore::v1::RecordHeader&)>& change) {
    return [change](std::string& header) {
        eventstore::v1::RecordHeader parsed;
        ASSERT_TRUE(parsed.ParseFromString(header));
        change(parsed);
        header = parsed.SerializeAsString();
    };
}

TEST(LogCheckTest, FindsNothingInAHealthyLogAndCountsWhatItSaw) {
    const CheckedLog log;
    CheckReport report;
    const auto check = LogCheck::Open({.path = log.path()}, report);
    ASSERT_TRUE(check.ok()) << check.status();
    ASSERT_TRUE((*check)->Run(nullptr, 600).ok());
    EXPECT_THAT(Told(report), IsEmpty());
    EXPECT_EQ(report.found(), 0U);
    EXPECT_EQ((*check)->end(), Position{kCheckedRecords});
    EXPECT_TRUE((*check)->root());
    const auto counts = [&](CheckPart part) { return report[part].counts; };
    EXPECT_EQ(counts(CheckPart::kRecords)[0], std::pair(std::string("records"), kCheckedRecords));
    EXPECT_EQ(counts(CheckPart::kBodies)[1].first, "erased");
    EXPECT_GT(counts(CheckPart::kBodies)[1].second, 0U);
    EXPECT_EQ(counts(CheckPart::kTree)[0].second, 2U);
    EXPECT_EQ(counts(CheckPart::kIndex)[0], std::pair(std::string("entries"), std::uint64_t{640 * 3 + 1}));
    EXPECT_EQ(counts(CheckPart::kCommands)[0].second, 17U);
    EXPECT_EQ(counts(CheckPart::kTypes)[0].second, 4U);
    EXPECT_GT(counts(CheckPart::kFiles)[0].second, 0U);
    for (std::size_t i = 0; i < kCheckParts; ++i) {
        EXPECT_THAT(report[static_cast<CheckPart>(i)].left_out, IsEmpty());
    }
}

TEST(LogCheckTest, ComputesTheRootThatTheLogHas) {
    CheckedLog log;
    const TreeHash root = log.ground.Open().Tree().Root();
    log.ground.Close();
    EXPECT_EQ(CheckedRoot(log.path(), kCheckedRecords), root);
    EXPECT_NE(CheckedRoot(log.path(), kCheckedRecords - 1), root);
    EXPECT_EQ(CheckedRoot(log.path(), 0), EmptyRoot());
    EXPECT_EQ(CheckedRoot(log.path(), kCheckedRecords + 1), std::nullopt);
}

TEST(LogCheckTest, ChangesNothingInTheFolder) {
    const CheckedLog log;
    // RocksDB deletes a table that no manifest names when it opens a database to write.
    std::ofstream(log.path() + "/db/999999.sst") << "stray";
    const std::vector<std::string> before = FilesBelow(log.path());
    EXPECT_THAT(CheckOf(log.path()), IsEmpty());
    EXPECT_EQ(FilesBelow(log.path()), before);
}

TEST(LogCheckTest, FindsNothingBesideALogThatIsWritten) {
    CheckedLog log;
    RecordLog& live = log.ground.Open();
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> appends = 0;
    std::thread writer([&] {
        while (!stop) {
            std::vector<TestEvent> events(40, TestEvent{.tags = {"pupil:1"}, .body = std::string(8'000, 'b')});
            EXPECT_TRUE(live.Append(MakeAppend(fmt::format("live {}", ++appends), std::move(events))).ok());
        }
    });
    // Enough for write-ahead logs to come and go.
    for (std::uint64_t checks = 0; checks < 6 || appends < 150; ++checks) {
        EXPECT_THAT(CheckOf(log.path()), IsEmpty());
    }
    stop = true;
    writer.join();
    log.ground.Close();
    EXPECT_THAT(CheckOf(log.path()), IsEmpty());
    EXPECT_THAT(log.ground.fatal.all(), IsEmpty());
}

TEST(LogCheckTest, SaysThatThereIsNoStore) {
    const TemporaryFolder folder;
    CheckReport report;
    const auto check = LogCheck::Open({.path = folder.path()}, report);
    EXPECT_EQ(check.status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(ReasonOf(check.status()), "NO_STORE");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(LogCheckTest, NamesTheHashOverAChangedHeader) {
    const CheckedLog log;
    log.ChangeHeader(Position{300}, [](std::string& header) { header[5] = static_cast<char>(header[5] ^ 1); });
    EXPECT_THAT(CheckOf(log.path()),
                ElementsAre(AllOf(StartsWith("tree, hash 1 of level 8 (records 256 to 511): "), HasSubstr("headers"))));
}

TEST(LogCheckTest, ShowsAChangedHeaderBehindTheStoredHashesInTheRoot) {
    const CheckedLog log;
    const auto before = CheckedRoot(log.path(), kCheckedRecords);
    log.ChangeHeader(Position{600}, [](std::string& header) { header[5] = static_cast<char>(header[5] ^ 1); });
    EXPECT_THAT(CheckOf(log.path()), IsEmpty());
    EXPECT_NE(CheckedRoot(log.path(), kCheckedRecords), before);
}

TEST(LogCheckTest, NamesAHeaderThatCannotBeRead) {
    const CheckedLog log;
    log.ChangeHeader(Position{530}, [](std::string& header) { header = "no header"; });
    EXPECT_THAT(CheckOf(log.path()), ElementsAre("records, position 530: its header cannot be read"));
}

TEST(LogCheckTest, NamesHeadersThatContradictTheirPlace) {
    const struct {
        Position position;
        std::function<void(eventstore::v1::RecordHeader&)> change;
        std::string said;
    } kCases[] = {
        {Position{530}, [](auto& header) { header.set_position(531); }, "its header says position 531"},
        {Position{530}, [](auto& header) { header.set_writer_epoch(1); }, "it is of writer epoch 1, the record before"},
        {Position{530}, [](auto& header) { header.set_writer_epoch(99); }, "the store has come to epoch 4 only"},
        {Position{530}, [](auto& header) { header.set_recorded_at_us(5); }, "microseconds before the record before"},
        {Position{530}, [](auto& header) { header.set_event_id("short"); }, "its header names no event id"},
        {kLoneRecord, [](auto& header) { header.set_request_size(2); }, "1 of 2 records are there"},
        {kLoneRecord, [](auto& header) { header.set_request_index(4); }, "number 5 of a request of 1"},
    };
    for (const auto& wrong : kCases) {
        SCOPED_TRACE(wrong.said);
        const CheckedLog log;
        log.ChangeHeader(wrong.position, Fields(wrong.change));
        const auto told = CheckOf(log.path());
        ASSERT_FALSE(told.empty());
        EXPECT_THAT(told.front(), StartsWith("records, position "));
        EXPECT_THAT(told.front(), HasSubstr(wrong.said));
    }
}

TEST(LogCheckTest, NamesARecordThatIsNotOfTheRequestAroundIt) {
    const CheckedLog log;
    log.ChangeHeader(Position{530}, Fields([](auto& header) { header.set_command_hash(CommandHash("another")); }));
    EXPECT_THAT(CheckOf(log.path()),
                ElementsAre(StartsWith("records, position 530: its header does not go on with the request before"),
                            StartsWith("records, position 531: its header does not go on with the request before")));
}

TEST(LogCheckTest, NamesMissingRecordsAndNothingThatFollowsFromThem) {
    const CheckedLog log;
    Position first{};
    Position end{};
    log.Damage([&](LogFamilies& families) {
        first = FrameOf(families, Position{300});
        end = Next(first, GetFrame(families, first).headers.size());
        DeleteRow(families, families.frames(), FrameKey(first));
    });
    EXPECT_THAT(CheckOf(log.path()),
                ElementsAre(fmt::format("records, positions {} to {}: no frame holds these records", ToUint64(first),
                                        ToUint64(end) - 1)));
}

TEST(LogCheckTest, NamesAFrameThatCannotBeRead) {
    const CheckedLog log;
    Position first{};
    log.Damage([&](LogFamilies& families) {
        first = FrameOf(families, Position{300});
        PutRow(families, families.frames(), FrameKey(first), "no frame");
    });
    EXPECT_THAT(
        CheckOf(log.path()),
        ElementsAre(fmt::format("records, position {}: the frame that begins here cannot be read", ToUint64(first))));
}

TEST(LogCheckTest, NamesFramesThatOverlapAndKeysThatAreNone) {
    const CheckedLog log;
    log.Damage([&](LogFamilies& families) {
        const Position frame = FrameOf(families, Position{300});
        PutRow(families, families.frames(), FrameKey(Next(frame)),
               GetRow(families, families.frames(), FrameKey(frame)));
        PutRow(families, families.frames(), "short", "x");
    });
    EXPECT_THAT(CheckOf(log.path()),
                UnorderedElementsAre(HasSubstr("a second frame begins here"), HasSubstr("under a key of 5 bytes")));
}

TEST(LogCheckTest, IsNotLedAstrayByRowsFarAway) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) {
        const Position far{std::uint64_t{1} << 60U};
        PutRow(families, families.postings(), PostingKey(TagLabel("pupil:1"), far), std::string("\0\1\0", 3));
        PutRow(families, families.commands(), CommandHash("far"), EncodeCommand({far, 1}));
    });
    EXPECT_THAT(CheckOf(log.path()), ElementsAre(StartsWith("index, position 1152921504606846976: a posting of label"),
                                                 StartsWith("commands, position 1152921504606846976: command")));
    log.Damage(
        [](LogFamilies& families) { PutRow(families, families.frames(), FrameKey(Position{~std::uint64_t{0}}), "x"); });
    EXPECT_THAT(CheckOf(log.path()),
                ElementsAre("records, positions 641 to 18446744073709551614: no frame holds these records",
                            "records, position 18446744073709551615: the frame that begins here cannot be read"));
}

TEST(LogCheckTest, NamesAChangedBody) {
    const CheckedLog log;
    log.ChangeFrame(Position{400}, [](FrameParts& frame, std::size_t place) {
        frame.bodies[place][2] = static_cast<char>(frame.bodies[place][2] ^ 1);
    });
    EXPECT_THAT(CheckOf(log.path()),
                ElementsAre("bodies, position 400: its sealed body has another SHA-256 than its header says"));
}

TEST(LogCheckTest, NamesBodiesThatChangedPlaces) {
    const CheckedLog log;
    Position first{};
    log.ChangeFrame(Position{400}, [&](FrameParts& frame, std::size_t /*place*/) {
        std::swap(frame.bodies[0], frame.bodies[1]);
        first = frame.first;
    });
    EXPECT_THAT(CheckOf(log.path()),
                ElementsAre(StartsWith(fmt::format("bodies, position {}: ", ToUint64(first))),
                            StartsWith(fmt::format("bodies, position {}: ", ToUint64(first) + 1))));
}

TEST(LogCheckTest, NamesABodyThatIsMissingWithoutAnErasure) {
    const CheckedLog log;
    log.ChangeFrame(Position{400}, [](FrameParts& frame, std::size_t place) { frame.bodies[place].clear(); });
    EXPECT_THAT(CheckOf(log.path()),
                ElementsAre("bodies, position 400: its sealed body is not there, though its subject was not erased"));
}

TEST(LogCheckTest, NamesAMissingAnExtraAndAWrongPosting) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) {
        DeleteRow(families, families.postings(), PostingKey(TagLabel("record:300"), Position{300}));
        PutRow(families, families.postings(), PostingKey(TagLabel("pupil:77"), Position{301}),
               std::string("\0\1\0", 3));
        const std::string other_frame = PostingKey(TagLabel("record:302"), Position{302});
        PutRow(families, families.postings(), other_frame, std::string("\0\3\1", 3));
        PutRow(families, families.postings(), PostingKey(TagLabel("record:303"), Position{303}), "?");
        PutRow(families, families.postings(), "short", "x");
        PutRow(families, families.postings(), PostingKey(TagLabel("pupil:1"), Position{700}), std::string("\0\1\0", 3));
    });
    EXPECT_THAT(CheckOf(log.path()),
                UnorderedElementsAre(
                    "index, position 300: no posting of tag record:300 names this record",
                    AllOf(StartsWith("index, position 301: a posting of label "), HasSubstr("names this record")),
                    AllOf(StartsWith("index, position 302: the posting of tag record:302 says frame 301 and type 3")),
                    AllOf(StartsWith("index, position 303: the posting of label "), HasSubstr("cannot be read")),
                    "index, position 303: no posting of tag record:303 names this record",
                    "index, key 73686f7274: no posting has such a key",
                    StartsWith("index, position 700: a posting of tag pupil:1 names this record")));
}

TEST(LogCheckTest, NamesPostingsThatOverlap) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) {
        const Label label = TagLabel("pupil:1");
        // The posting of a commit from 281 on, said a second time from its second record on.
        std::vector<PostingEntry> entries;
        ASSERT_TRUE(ParsePosting(Position{281}, GetRow(families, families.postings(), PostingKey(label, Position{281})),
                                 entries));
        PostingBuilder again;
        for (std::size_t i = 1; i < entries.size(); ++i) again.Add(entries[i]);
        PutRow(families, families.postings(), PostingKey(label, again.first()), again.value());
    });
    const auto told = CheckOf(log.path());
    EXPECT_THAT(told, SizeIs(8)) << fmt::format("{}", fmt::join(told, "\n"));
    EXPECT_THAT(told, Each(StartsWith("index, ")));
    EXPECT_THAT(told[0], HasSubstr("overlap"));
    EXPECT_THAT(told[1], HasSubstr("once too often"));
}

TEST(LogCheckTest, TellsNoMoreThanAHundredAndCountsTheRest) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) {
        for (std::uint64_t i = 0; i < 300; ++i) {
            DeleteRow(families, families.postings(), PostingKey(TagLabel(fmt::format("record:{}", i)), Position{i}));
        }
    });
    CheckReport report;
    const auto check = LogCheck::Open({.path = log.path()}, report);
    ASSERT_TRUE(check.ok() && (*check)->Run(nullptr, std::nullopt).ok());
    EXPECT_THAT(Told(report), SizeIs(100));
    EXPECT_EQ(report.found(), 300U);
}

TEST(LogCheckTest, TellsOfFarTooManyWrongPostingsOnlyWhereTheyBegin) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) {
        for (std::uint64_t i = 1; i <= 20; ++i) {
            const Position far{i * 100'000};
            PutRow(families, families.postings(), PostingKey(TagLabel("pupil:1"), far), std::string("\0\1\0", 3));
        }
    });
    const auto told = CheckOf(log.path());
    EXPECT_THAT(told, SizeIs(1 + 16));
    EXPECT_THAT(told[0], AllOf(StartsWith("index, position 98304: "), HasSubstr("in 20 runs of 4096 positions")));
    EXPECT_THAT(told[1], StartsWith("index, position 100000: a posting of "));
}

TEST(LogCheckTest, NamesAMissingAChangedAndAnExtraCommand) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) {
        DeleteRow(families, families.commands(), CommandHash("command 2"));
        PutRow(families, families.commands(), CommandHash("command 4"), EncodeCommand({Position{160}, 39}));
        PutRow(families, families.commands(), CommandHash("command 5"), EncodeCommand({Position{100'000}, 40}));
        PutRow(families, families.commands(), CommandHash("of nobody"), EncodeCommand({Position{80}, 1}));
        PutRow(families, families.commands(), "short", "x");
    });
    EXPECT_THAT(
        CheckOf(log.path()),
        UnorderedElementsAre(
            AllOf(StartsWith("commands, position 80: command "), HasSubstr("is not stored")),
            AllOf(StartsWith("commands, position 160: command "),
                  HasSubstr("has 40 records from here on; stored are 39 from position 160 on")),
            AllOf(StartsWith("commands, position 200: command "), HasSubstr("stored are 40 from position 100000")),
            AllOf(StartsWith("commands, position 80: command "), HasSubstr("they are not of it")),
            "commands, command 73686f7274: its row cannot be read"));
}

TEST(LogCheckTest, NamesStoredHashesThatAreWrongMissingOrTooMany) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) {
        std::string root = GetRow(families, families.tree(), TreeKey(8, 0));
        root[0] = static_cast<char>(root[0] ^ 1);
        PutRow(families, families.tree(), TreeKey(8, 0), root);
        DeleteRow(families, families.tree(), TreeKey(8, 1));
        PutRow(families, families.tree(), TreeKey(8, 2), root);
        PutRow(families, families.tree(), TreeKey(3, 0), root);
        PutRow(families, families.tree(), "x", root);
    });
    EXPECT_THAT(CheckOf(log.path()),
                UnorderedElementsAre(AllOf(StartsWith("tree, hash 0 of level 8 (records 0 to 255): what is stored")),
                                     "tree, hash 1 of level 8 (records 256 to 511): it is not stored",
                                     StartsWith("tree, hash 2 of level 8: it is stored, and a log of 641 records"),
                                     StartsWith("tree, hash 0 of level 3: it is stored"),
                                     AllOf(StartsWith("tree, row "), HasSubstr("a key of 1 bytes"))));
}

TEST(LogCheckTest, NamesTypesWithWrongNumbers) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) {
        PutRow(families, families.meta(), "type/test.Type1", std::string("\0\0\0\x09", 4));
        DeleteRow(families, families.meta(), "type/test.Type2");
        PutRow(families, families.meta(), "type/test.Never", std::string("\0\0\0\x05", 4));
        PutRow(families, families.meta(), "type/test.Last", "4");
    });
    EXPECT_THAT(CheckOf(log.path()),
                UnorderedElementsAre("types, type test.Type1: it is stored as number 9, and came as number 2",
                                     "types, type test.Type2: it has no number; it is number 3",
                                     "types, type test.Never: it is stored as number 5, and no record is of it",
                                     "types, type test.Last: its number has 1 bytes"));
}

TEST(LogCheckTest, NamesRowsThatDoNotSayWhatStoreThisIs) {
    const CheckedLog log;
    log.Damage([](LogFamilies& families) { DeleteRow(families, families.meta(), "store_id"); });
    EXPECT_THAT(CheckOf(log.path()), ElementsAre(StartsWith("store, what store this is: the row store_id")));
}

TEST(LogCheckTest, NamesAHeadThatIsMissingDamagedAheadOrAnothers) {
    const CheckedLog log;
    const std::string head = HeadPath(log.path());
    rocksdb::FileSystem& files = *rocksdb::FileSystem::Default();
    const HeadState whole = *ReadHeadFile(files, head);
    std::filesystem::remove(head);
    EXPECT_THAT(CheckOf(log.path()), ElementsAre(AllOf(StartsWith("head, "), HasSubstr("is missing"))));
    std::ofstream(head) << std::string(8192, '\0');
    EXPECT_THAT(CheckOf(log.path()), ElementsAre(AllOf(StartsWith("head, "), HasSubstr("is damaged"))));
    HeadState ahead = whole;
    ahead.end = Position{700};
    ASSERT_TRUE(CreateHeadFile(files, head, ahead).ok());
    EXPECT_THAT(CheckOf(log.path()),
                ElementsAre("head, position 641: the log ends here, and HEAD witnesses 700 records: the last 59 are "
                            "missing"));
    HeadState other = whole;
    other.store_id = RandomUuid();
    ASSERT_TRUE(CreateHeadFile(files, head, other).ok());
    EXPECT_THAT(CheckOf(log.path()), ElementsAre(AllOf(StartsWith("head, "), HasSubstr("the file is of the store"))));
}

}  // namespace
}  // namespace throughline::testing
